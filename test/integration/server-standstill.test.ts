import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { createServerLeaseKeeper } from '../../src/core/runner/server-lease.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import { createIds } from '../../src/core/system/ids.ts';
import { instanceSchema } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { openTestCore, type TestCore } from '../lab/test-core.ts';

const reason = { by: 'guard', because: 'CPU above 90 % for 5 min' } as const;
/** Asked to end it takes its time, and what it has started leads a session of its own: as a gateway at work. */
const UNIT = `[Unit]
Description=Stands for a gateway
[Service]
ExecStart=/bin/sh -c 'trap "" TERM; setsid sleep 100001 & while :; do sleep 100002; done'
Restart=always
RestartSec=1
TimeoutStopSec=300
[Install]
WantedBy=default.target
`;

describeWithLab('a service of a server that is suspended', () => {
  let server: LabServer;
  let person: TestCore;
  beforeAll(async () => {
    server = await startServer({ users: [{ name: 'openclaw' }] });
    await server.sh('loginctl enable-linger openclaw');
    await asUser('mkdir -p ~/.config/systemd/user');
    await server.sh(`cat >${serverLayout.unitPath} && chown openclaw: ${serverLayout.unitPath}`, { stdin: UNIT });
    await asUser('systemctl --user daemon-reload && systemctl --user enable --now openclaw-gateway');
    person = await openTestCore({ knows: [server] });
    const ids = createIds();
    const id = ids.instance();
    const claim = { v: 1, instance: id, name: 'research', installation: ids.installation(), ownsAccount: false };
    await server.sh(`mkdir -p -m 700 ${serverLayout.ownDir} && cat >${serverLayout.claimPath}`, {
      stdin: JSON.stringify(claim),
    });
    const state = createStateStore(person.dataDir, { onProblem: () => undefined, platform: process.platform });
    await state.instances.put(
      id,
      instanceSchema.parse({
        id,
        name: 'research',
        target: {
          kind: 'ssh',
          host: server.host,
          port: server.sshPort,
          user: 'root',
          identityFile: server.identityFile,
          jumps: [],
        },
        createdAt: new Date().toISOString(),
        phase: 'deployed',
        version: '2026.9.6',
        nodeVersion: '24.21.0',
        port: 18_789,
        telemetry: false,
        installer: 'pinned',
      }),
    );
  });
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const asUser = (command: string): Promise<string> =>
    server.sh(`su - openclaw -c 'export XDG_RUNTIME_DIR=/run/user/$(id -u); ${command}'`);
  const property = async (name: string): Promise<string> =>
    (await asUser(`systemctl --user show -p ${name} --value openclaw-gateway`)).trim();
  const processes = (): Promise<string> => server.sh('pgrep -u openclaw -a sleep || true');
  const expectDown = async (): Promise<void> => {
    // Several times as long as systemd waits before it starts the unit again.
    await sleep(4_000);
    expect(await property('ActiveState')).toMatch(/^(inactive|failed)$/);
    expect(await processes()).toBe('');
  };
  const processState = async (pid: string): Promise<string> =>
    (await server.sh(`sed "s/.*) //; s/ .*//" /proc/${pid}/stat`)).trim();

  it('is frozen at once also while somebody else works there', async () => {
    const { instances } = person.core;
    const pid = await property('MainPID');
    const ids = createIds();
    const somebody = { installation: ids.installation(), run: ids.run(), who: 'somebody@elsewhere', why: 'a long run' };
    const host = openDockerExecHost(server.id);
    const keeper = createServerLeaseKeeper(host, { dir: serverLayout.ownDir, auditLog: serverLayout.auditLog });
    await using lease = await keeper.acquire(somebody, { isAlive: () => Promise.resolve(true) });
    expect(lease.lost.aborted).toBe(false);
    await expect(instances.suspend('research', reason)).rejects.toMatchObject({ code: 'lease.held' });
    expect(await processState(pid)).toBe('T');
    await expect(instances.start('research')).rejects.toMatchObject({ code: 'instance.suspended' });
  });

  it('ends at once, with all that it has started, and says who did it', async () => {
    const beganMs = performance.now();
    expect(await person.core.instances.suspend('research', reason)).toMatchObject({ status: 'succeeded' });
    expect(performance.now() - beganMs).toBeLessThan(60_000);
    expect(await processes()).toBe('');
    expect(await person.core.instances.status('research')).toMatchObject({
      state: 'suspended',
      because: reason.because,
    });
    expect(JSON.parse(await server.sh(`cat ${serverLayout.suspendedMark}`))).toMatchObject({
      ...reason,
      who: 'tester@lab',
    });
    expect(await server.sh(`stat -c %a:%U ${serverLayout.suspendedMark} ${serverLayout.suspendedGate}`)).toBe(
      '644:root\n644:root\n',
    );
  });

  it('is not started by its own account', async () => {
    await asUser('systemctl --user start openclaw-gateway || true');
    await asUser('systemctl --user restart openclaw-gateway || true');
    await asUser(`rm -f ${serverLayout.suspendedGate} 2>/dev/null || true`);
    await asUser('systemctl --user daemon-reload; systemctl --user start openclaw-gateway || true');
    await expectDown();
  });

  it('is not started by a new service manager, nor by a boot of the machine', async () => {
    await server.sh('systemctl restart "user@$(id -u openclaw).service"');
    await expectDown();
    await server.stop();
    await server.start();
    await expectDown();
  });

  it('holds up no unit of that name of another account', async () => {
    await server.sh(
      'useradd -m other && loginctl enable-linger other && install -d -o other /home/other/.config/systemd/user',
    );
    await server.sh('cat >/home/other/.config/systemd/user/openclaw-gateway.service', { stdin: UNIT });
    const other = (command: string): Promise<string> =>
      server.sh(`su - other -c 'export XDG_RUNTIME_DIR=/run/user/$(id -u); ${command}'`);
    await other('systemctl --user daemon-reload && systemctl --user start openclaw-gateway');
    expect((await other('systemctl --user is-active openclaw-gateway')).trim()).toBe('active');
    await other('systemctl --user kill --signal=SIGKILL openclaw-gateway; systemctl --user stop openclaw-gateway');
    await server.sh('loginctl disable-linger other; systemctl stop "user@$(id -u other).service"');
  });

  it('runs again when it is resumed, and every mark is gone', async () => {
    const { core } = person;
    const stop = new AbortController();
    // Nothing answers here as a gateway would: what comes after the start is not waited for.
    const resuming = core.instances.resume('research', {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'step.applied' && event.stepId === 'resume') stop.abort();
      },
    });
    await expect(resuming).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await property('ActiveState')).toBe('active');
    expect(await processes()).not.toBe('');
    expect(await server.sh(`ls ${serverLayout.suspendedMark} ${serverLayout.suspendedGate} 2>/dev/null || true`)).toBe(
      '',
    );
    expect(await server.sh('ls -d /etc/systemd/user/openclaw* 2>/dev/null || true')).toBe('');
  });
});
