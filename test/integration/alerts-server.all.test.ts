import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { statusLimits } from '../../src/core/alerts/status-rules.ts';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { alertKinds, alertPolicySchema, type AlertKind, type AlertPolicyInput } from '../../src/shared/model/alert.ts';
import { openAlertHook, type AlertHook } from '../lab/alert-hook.ts';
import { startCaddyMirror } from '../lab/caddy-mirror.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { startFakeModelProvider, type FakeModelProvider } from '../lab/fake-model-provider.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import { startNpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { startPebble } from '../lab/pebble.ts';
import type { LabServer } from '../lab/server.ts';
import { openTestCore, specFor, type TestCore, type TestCoreOptions } from '../lab/test-core.ts';

const minutes = 60_000;
const [name, host] = ['research', 'claw.test'];
const { node, stateDir, unit, user } = serverLayout;
const key = 'sk-acme-0123456789abcdef';
/** What lasts counts soon here; what is told, and how often, is the same. */
const alertPace = {
  limits: { ...statusLimits, unreachableAfterMs: 3_000, upAfterMs: 1_000 },
  tickMs: 500,
  turnMs: 500,
  lookMs: 2_000,
};
const real: readonly AlertKind[] = ['disk', 'spend', 'certificate', 'machine-unreachable'];
/** So short-lived that it runs out before Caddy, which looks every ten minutes, asks for the next. */
const LIFETIME_S = 240;

describeWithLab('alerts of a server', () => {
  const resources = new AsyncDisposableStack();
  let server: LabServer;
  let provider: FakeModelProvider;
  let hook: AlertHook;
  let options: TestCoreOptions;
  let person: TestCore;
  let pebble: Awaited<ReturnType<typeof startPebble>>;
  beforeAll(async () => {
    server = resources.use(await startFurnishedServer());
    const address = await server.address();
    pebble = resources.use(await startPebble({ lifetimes: { default: LIFETIME_S, shortlived: LIFETIME_S } }));
    const npm = resources.use(await startNpmProxy());
    const caddy = resources.use(await startCaddyMirror());
    provider = resources.use(await startFakeModelProvider(key, 'Done.', { prompt: 1000, completion: 100 }));
    hook = resources.use(await openAlertHook());
    await pebble.point(host, [address]);
    await server.sh(`echo '${address} ${host}' >>/etc/hosts`);
    options = {
      knows: [server],
      registry: npm.urlFromServers,
      deps: {
        alertPace,
        mirrors: { npm: npm.urlFromServers.replace(/\/+$/, ''), caddy: caddy.urlFromServers },
        outsideAddress: () => address,
        resolveHost: () => Promise.resolve([address]),
      },
    };
    person = resources.use(await openTestCore(options));
  }, 5 * minutes);
  afterAll(() => resources.disposeAsync(), 5 * minutes);

  const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 6 * minutes, interval: 250 });

  it('come once, also after a restart of whoever watches, and end', { timeout: 40 * minutes }, async () => {
    const acme = { directory: pebble.directory, rootCertificate: pebble.rootCertificate };
    const ingress = { access: { mode: 'domain', host } as const, limits: {}, acme };
    const spec = specFor(server, { name, version: testedOpenClaw, ingress });
    expect((await person.deploy(spec)).run.status).toBe('succeeded');
    await onSmallDisk(server, provider.urlFromServers);
    await until(async () => expect((await person.core.instances.status(name)).state).toBe('running'));

    const off = alertKinds.filter((kind) => !real.includes(kind));
    const set = (more: AlertPolicyInput): Promise<unknown> =>
      person.core.alerts.set(alertPolicySchema.parse({ webhook: { format: 'json' }, off, ...more }), {
        webhookUrl: hook.url,
      });
    await set({ spendCapUsd: 1 });

    const first = person.core.alerts.watch();
    await spend(person);
    await until(() => expect(hook.told('fired')).toContain('spend'));
    await server.sh(`head -c 370M /dev/zero >${stateDir}/full || :`);
    await until(() => expect(hook.told('fired')).toContain('disk'));
    await until(() => expect(hook.told('fired')).toContain('certificate'));
    expect(hook.words()).toMatch(/certificate is: .*(should have been renewed|has run out)/);
    // A machine that hangs: its ports accept, and nobody answers behind them.
    await docker(['pause', server.id]);
    await until(() => expect(hook.told('fired')).toContain('machine-unreachable'));
    await first[Symbol.asyncDispose]();

    await using again = await openTestCore({ ...options, dataDir: dirname(person.dataDir) });
    const on = async (): Promise<AlertKind[]> =>
      (await again.core.alerts.list(name)).filter(({ clearedAt }) => clearedAt === undefined).map(({ kind }) => kind);
    const second = again.core.alerts.watch();
    try {
      const began = Date.now();
      await until(() => expect(Date.now() - began).toBeGreaterThan(15_000));
      expect(new Set(await on())).toEqual(new Set(real));
      expect(hook.told('cleared')).toEqual([]);
      await docker(['unpause', server.id]);
      await until(() => expect(hook.told('cleared')).toEqual(['machine-unreachable']));
      await server.sh(`rm ${stateDir}/full; systemctl restart caddy`);
      await set({ spendCapUsd: 1000 });
      await until(async () => expect(await on()).toEqual([]));
      // That a cap was raised, its owner knows.
      const ends = real.filter((kind) => kind !== 'spend');
      await until(() => expect([...hook.told('cleared')].sort()).toEqual([...ends].sort()));
      expect(new Set(hook.told('fired'))).toEqual(new Set(real));
      // Only a certificate that runs out after it was due is told once more: that is worse.
      expect(hook.repeated(), hook.words()).toEqual([]);
    } finally {
      await second[Symbol.asyncDispose]();
    }
  });
});

/** Its state moves to a disk that is soon full, and its agent to a model that costs. */
async function onSmallDisk(server: LabServer, baseUrl: string): Promise<void> {
  const model = { id: 'm1', name: 'M1', contextWindow: 128_000, maxTokens: 4096, cost: { input: 1000, output: 1000 } };
  const acme = { baseUrl, apiKey: key, api: 'openai-completions', models: [model] };
  const asUser = (script: string): string =>
    `runuser -u ${user} -- sh -c 'export XDG_RUNTIME_DIR=/run/user/$(id -u); ${script}'`;
  await server.sh(`set -e
${asUser(`systemctl --user stop ${unit}`)}
cp -a ${stateDir} /run/state && mount -t tmpfs -o size=400m tmpfs ${stateDir}
cp -a /run/state/. ${stateDir}/ && chown ${user}: ${stateDir} && chmod 700 ${stateDir}
${node} -e '${CHOOSE}' ${stateDir}/openclaw.json '${JSON.stringify(acme)}'
${asUser(`systemctl --user start ${unit}`)}`);
}

const CHOOSE = `const fs = require("fs"), [at, acme] = process.argv.slice(1), it = JSON.parse(fs.readFileSync(at)); ((it.models ??= {}).providers ??= {}).acme = JSON.parse(acme); ((it.agents ??= {}).defaults ??= {}).model = { primary: "acme/m1" }; fs.writeFileSync(at, JSON.stringify(it));`;

/** The agent answers once, and that has its price. */
async function spend({ core }: TestCore): Promise<void> {
  const [instance] = await core.instances.list();
  if (instance === undefined) throw new Error('There is no instance.');
  await using link = await core.instances.link(instance.id);
  const turn = { sessionKey: 'agent:main:costs', message: 'Do it.', idempotencyKey: 'costs-1' };
  await link.call('chat.send', turn, { timeoutMs: 2 * minutes });
}
