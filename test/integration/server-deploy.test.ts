import { expect, it } from 'vitest';
import { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy } from '../lab/npm-proxy.ts';
import { startServer } from '../lab/server.ts';
import { startStaticServer } from '../lab/static-server.ts';
import { openTestCore, specFor } from '../lab/test-core.ts';

const version = '2026.9.6';

describeWithLab('deploying to a fresh server', () => {
  it('ends with an answering gateway, does nothing the second time, and undoes itself', async () => {
    await using server = await startServer();
    await using proxy = await startNpmProxy();
    await using person = await openTestCore({ knows: [server], registry: proxy.urlFromServers });
    const spec = specFor(server, { name: 'research', version });

    const first = await person.deploy(spec);
    expect(first.run.status).toBe('succeeded');
    expect(first.run.steps.map(({ status }) => status)).not.toContain('failed');

    const again = await person.deploy(spec);
    expect(again.run.steps.filter(({ status }) => status !== 'satisfied')).toEqual([]);
    expect(again.run.stats).toMatchObject({ changes: 0, slowCalls: 0 });
    expect(again.run.stats?.roundTrips).toBeLessThanOrEqual(6);

    expect(await person.core.instances.status('research')).toMatchObject({ state: 'running', version });

    const login = await server.sh('su - openclaw -c "command -v node openclaw; openclaw --version"');
    expect(login).toContain('/opt/hardshell/node/bin/node');
    expect(login).toContain('/home/openclaw/.npm-global/bin/openclaw');
    expect(login).toContain(version);

    // What cannot be enforced in the lab (cgroup v1) is asserted as properties of the unit.
    const asUser =
      'su - openclaw -c "systemctl --user show openclaw-gateway -p MemoryMax,TasksMax,UnitFileState,OOMScoreAdjust"';
    const unit = await server.sh(asUser);
    expect(unit).toMatch(/MemoryMax=\d{9,}/);
    expect(unit).toContain('TasksMax=512');
    expect(unit).toContain('OOMScoreAdjust=500');
    expect(unit).toContain('UnitFileState=enabled');

    const config = JSON.parse(await server.sh('cat /home/openclaw/.openclaw/openclaw.json')) as {
      gateway: Record<string, unknown>;
    };
    expect(config.gateway).toMatchObject({ mode: 'local', bind: 'loopback', port: 18789, auth: { mode: 'token' } });
    expect(await server.sh('stat -c %a:%U /home/openclaw/.openclaw/openclaw.json')).toBe('600:openclaw\n');
    // Nothing listens for the world but sshd.
    const listeners = await server.sh(
      "ss -Hltn | awk '{print $4}' | grep -v '127.0.0\\|\\[::1\\]' | sed 's/.*://' | sort -u",
    );
    expect(listeners.trim()).toBe('22');

    const removal = await person.core.removals.preview('research', { purge: false });
    expect((await person.core.removals.start(removal.id)).status).toBe('succeeded');
    const left = await server.sh(
      'ls -d /opt/hardshell /var/lib/hardshell /home/openclaw/.npm-global /home/openclaw/.openclaw /etc/profile.d/hardshell* /home/openclaw/.config/systemd/user/openclaw* 2>/dev/null || :; pgrep -u openclaw || :',
    );
    expect(
      left
        .trim()
        .split('\n')
        .filter((line) => line !== '/opt/hardshell'),
    ).toEqual(['/home/openclaw/.openclaw']);
    expect(await person.core.instances.list()).toEqual([]);
  });

  it('takes a login with a sudo password, the official installer, and what a person chose', async () => {
    const password = "it's a $(secret) ü";
    await using server = await startServer({
      users: [{ name: 'anna', sudo: 'password', password, authorizeKey: true }],
    });
    await using proxy = await startNpmProxy();
    await using web = await startStaticServer({ '/install.sh': installer });
    const botToken = '123456789:AAtestAAtestAAtestAAtestAAtestAAtes';
    web.serve(
      `/bot${botToken}/getMe`,
      JSON.stringify({
        ok: true,
        result: { id: 123456789, is_bot: true, first_name: 'Test', username: 'hardshell_test_bot' },
      }),
    );
    await using person = await openTestCore({
      knows: [server],
      registry: proxy.urlFromServers,
      installer: `${web.urlFromServers}/install.sh`,
      deps: { telegramApi: web.urlFromHere },
    });
    const spec = specFor(server, {
      name: 'Annas Büro',
      version,
      installer: 'official',
      provider: 'openrouter',
      instructions: 'Name: "Clawdia"\n\nYou answer in $(one) sentence, it\'s short.',
    });
    const target = { ...spec.target, user: 'anna' };
    const secrets = {
      sudoPassword: new Secret(password),
      providerKey: new Secret('sk-or-v1-0123456789abcdef0123456789abcdef'),
      telegramToken: new Secret(botToken),
    };

    const first = await person.deploy({ ...spec, target }, { secrets });
    expect(first.run.status).toBe('succeeded');
    expect(first.preview.findings).toContainEqual(expect.objectContaining({ id: 'telegram', level: 'ok' }));
    const spoken = first.events.flatMap((event) => (event.type === 'step.spoke' ? event.line : []));
    expect(spoken).toContainEqual(expect.stringMatching(/^install\.sh sha256 [0-9a-f]{64}$/));

    const again = await person.deploy({ ...spec, target }, { secrets });
    expect(again.run.stats).toMatchObject({ changes: 0, slowCalls: 0 });
    expect(again.run.stats?.roundTrips).toBeLessThanOrEqual(6);

    const config = await server.sh('cat /home/openclaw/.openclaw/openclaw.json');
    expect(config).toContain('openrouter/auto');
    expect(config).toContain(botToken);
    const told = await server.sh(
      'cat /home/openclaw/.openclaw/workspace/SOUL.md /home/openclaw/.openclaw/workspace/IDENTITY.md',
    );
    expect(told).toContain('- Name: "Clawdia"');
    expect(told).toContain("You answer in $(one) sentence, it's short.");
    const keys = await server.sh('su - openclaw -c "openclaw models auth list --json"');
    expect(keys).toContain('openrouter');
  });
});

/** Stands in for the official script, which the lab cannot reach: the flags that it is given, and what they promise. */
const installer = `#!/bin/bash
set -euo pipefail
[ "$1 $2 $3" = "--no-prompt --no-onboard --version" ]
npm install -g --no-audit --no-fund --allow-scripts=openclaw "openclaw@$4"
`;
