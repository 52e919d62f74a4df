import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { statusLimits } from '../../src/core/alerts/status-rules.ts';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import { alertPolicySchema, type AlertKind } from '../../src/shared/model/alert.ts';
import { backupPolicySchema } from '../../src/shared/model/backup.ts';
import { openAlertHook, type AlertHook } from '../lab/alert-hook.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { openToAll } from '../lab/open-to-all.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { openTestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const NAME = ownName('alerted');
/** What lasts counts soon here, and one start anew is a loop; what is told, and how often, is the same. */
const alertPace = {
  limits: { ...statusLimits, upAfterMs: 1_000, restarts: 1, restartsWithinMs: 20_000 },
  tickMs: 500,
  turnMs: 500,
  lookMs: 2_000,
};
/** Of a container nobody knows how large its disk is, and it has no certificate without a way in: told over an invented clock. */
const real: readonly AlertKind[] = ['restart-loop', 'memory', 'backup', 'update', 'exposure'];

/** A registry in which a version is the newest one that nobody has yet. */
async function openRegistry(): Promise<{ server: Server; url: string; newest: string }> {
  const registry = { server: createServer(), url: '', newest: '2099.1.1' };
  registry.server.on('request', (_request, response) => {
    const version = registry.newest;
    const dist = { tarball: `${registry.url}/openclaw/-/openclaw-${version}.tgz`, integrity: 'sha512-AAAA' };
    const releases = { name: 'openclaw', version, dist, 'dist-tags': { latest: version }, versions: { [version]: {} } };
    response.end(JSON.stringify(releases));
  });
  await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
  registry.url = `http://127.0.0.1:${String((registry.server.address() as AddressInfo).port)}`;
  return registry;
}

describeWithLab('alerts of what is really so', () => {
  let registry: Awaited<ReturnType<typeof openRegistry>>;
  let person: DockerPerson;
  let hook: AlertHook;
  beforeAll(async () => {
    registry = await openRegistry();
    person = await openDockerPerson({ registry: registry.url, deps: { alertPace } });
    hook = await openAlertHook();
  });
  afterAll(async () => {
    await hook[Symbol.asyncDispose]();
    await person[Symbol.asyncDispose]();
    registry.server.closeAllConnections();
    await new Promise((resolve) => registry.server.close(resolve));
  }, 5 * minutes);

  const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 5 * minutes, interval: 250 });

  it('come once, also after a restart of whoever watches, and end', { timeout: 25 * minutes }, async () => {
    const { core, dataDir } = person.test;
    const limits = { memoryBytes: 2 * 1024 ** 3, cpus: 2 };
    expect((await person.deploy(NAME, { limits })).run.status).toBe('succeeded');
    const [instance] = await core.instances.list();
    if (instance === undefined) throw new Error('There is no instance.');
    const { container } = layoutContainer(instance);
    const hour = (new Date().getHours() + 20) % 24;
    await core.backups.setPolicy(NAME, backupPolicySchema.parse({ schedule: { every: 'day', hour } }));
    const backUp = async (): Promise<string> => {
      const preview = await core.changes.preview(NAME, { kind: 'backup', reason: 'asked' });
      return (await core.changes.start(preview.id)).status;
    };
    expect(await backUp()).toBe('succeeded');
    const policy = alertPolicySchema.parse({
      webhook: { format: 'json' },
      limits: { memoryPercent: 60 },
      off: ['gateway-down', 'machine-unreachable', 'disk', 'certificate', 'spend'],
    });
    await core.alerts.set(policy, { webhookUrl: hook.url });
    const state = async (kind: AlertKind, where = core): Promise<'on' | 'over' | undefined> => {
      const one = (await where.alerts.list(NAME)).find((alert) => alert.kind === kind);
      return one === undefined ? undefined : one.clearedAt === undefined ? 'on' : 'over';
    };

    // A port is open before the gateway behind it answers everybody: what becomes worse is told once more.
    const expectOnce = (): void => {
      expect(new Set(hook.told('fired'))).toEqual(new Set(real));
      expect(hook.repeated(), hook.words()).toEqual([]);
    };
    const store = createStateStore(dataDir, {
      platform: process.platform,
      onProblem: (error) => {
        throw error;
      },
    });
    const lookedAt = async (): Promise<string | undefined> =>
      (await store.alertMarks.read())?.exposure[instance.id]?.at;

    const first = core.alerts.watch();
    // It has seen the instance well, from outside too, before anything is broken.
    await until(async () => expect(await lookedAt()).toBeDefined());
    await until(() => expect(hook.told('fired')).toEqual(['update']));
    await openToAll(container);
    await until(() => expect(hook.told('fired')).toEqual(expect.arrayContaining(['restart-loop', 'exposure'])));
    await docker(['exec', '--detach', container, 'node', '-e', `${HOG};setInterval(()=>h.at(-1),1e6)`]);
    // The one that was due hours ago has not been made: the newest is of yesterday.
    const yesterday = new Date(Date.now() - 26 * 60 * minutes).toISOString();
    await store.instances.update(instance.id, (old = instance) => ({ ...old, createdAt: '2026-01-01T00:00:00.000Z' }));
    for (const backup of await store.backups.list())
      await store.backups.update(backup.id, (old = backup) => ({ ...old, createdAt: yesterday }));
    await until(() => expect(new Set(hook.told('fired'))).toEqual(new Set(real)));
    await first[Symbol.asyncDispose]();

    const open = () => openTestCore({ dataDir: dirname(dataDir), registry: registry.url, deps: { alertPace } });
    {
      await using again = await open();
      const second = again.core.alerts.watch();
      const looked = await lookedAt();
      // The look that costs most has come again: that it was so was known.
      await until(async () => expect(await lookedAt()).not.toBe(looked)).finally(() => second[Symbol.asyncDispose]());
      for (const kind of real)
        if (kind !== 'restart-loop') expect([kind, await state(kind, again.core)]).toEqual([kind, 'on']);
      expectOnce();
    }

    registry.newest = testedOpenClaw;
    // Made anew as it should be: without the port, and without what filled its memory.
    expect((await person.deploy(NAME, { limits })).run.status).toBe('succeeded');
    expect(await backUp()).toBe('succeeded');
    await using third = await open();
    const last = third.core.alerts.watch();
    try {
      await until(async () => {
        for (const kind of real) expect([kind, await state(kind, third.core)]).toEqual([kind, 'over']);
      });
      // A newer version goes away without a word.
      const ends = real.filter((kind) => kind !== 'update');
      await until(() => expect([...hook.told('cleared')].sort()).toEqual([...ends].sort()));
      expectOnce();
    } finally {
      await last[Symbol.asyncDispose]();
    }
  });
});

/** A good gigabyte that is really in use. */
const HOG = 'const h=Array.from({length:11},()=>Buffer.alloc(1e8,1))';
