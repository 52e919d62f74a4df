import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anInstance } from '../../test/cli/samples.ts';
import { backupPolicySchema } from '../shared/model/backup.ts';
import { Secret } from '../shared/secret.ts';
import type { Core, CoreDeps, InstanceLink, InstanceStatus, MetricSample, OpenPty } from './index.ts';
import { createCore } from './index.ts';
import { createStateStore, type StateStore } from './state/state-store.ts';
import { until } from '../../test/until.ts';

const size = { columns: 80, rows: 24 };
const instance = anInstance({ name: 'here', target: { kind: 'local' }, token: undefined });

let dir: string;
let state: StateStore;
let core: Core;
let link: InstanceLink;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-core-'));
  state = createStateStore(dir, { onProblem: () => undefined, platform: process.platform });
  await state.instances.put(instance.id, instance);
  core = open();
  link = await core.instances.link(instance.id);
});
afterEach(async () => {
  await core[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

function open(more: Partial<CoreDeps> = {}): Core {
  return createCore({
    dataDir: dir,
    homeDir: dir,
    platform: process.platform,
    arch: process.arch,
    userName: 'tester',
    who: 'tester@here',
    version: '0.0.0',
    mirrors: { npm: 'http://127.0.0.1:9', node: 'http://127.0.0.1:9', installer: 'http://127.0.0.1:9' },
    env: { PATH: '/usr/bin:/bin', SHELL: '/bin/sh', OPENAI_API_KEY: 'not for us' },
    supervisorCommand: ['false'],
    log: () => undefined,
    ...more,
  });
}

it('links to an instance of this computer', async () => {
  const told: InstanceStatus[] = [];
  const samples: MetricSample[] = [];
  link.onStatus((status) => told.push(status));
  link.onSample((sample) => samples.push(sample));
  await expect.poll(() => told).toMatchObject([{ state: 'not-deployed', instance: { name: 'here' } }]);
  await expect.poll(() => samples.length).toBe(1);
  expect(samples[0]?.memoryTotalBytes).toBeGreaterThan(samples[0]?.memoryUsedBytes ?? Infinity);
  await expect.poll(() => link.history()).toEqual(samples);
  await using tunnel = await link.openTunnel();
  expect([tunnel.port, tunnel.isUp]).toEqual([18_789, true]);
});

it('opens a shell of the person with openclaw on its PATH and none of their keys', async () => {
  await expect(link.openShell(size)).rejects.toMatchObject({ code: 'shell.unavailable' });
  await core[Symbol.asyncDispose]();
  const asked: Parameters<OpenPty>[0][] = [];
  core = open({
    openPty: (options) => {
      asked.push(options);
      return Promise.reject(new Error('enough'));
    },
  });
  const again = await core.instances.link(instance.id);
  await expect(again.openShell(size)).rejects.toThrow('enough');
  expect(asked).toMatchObject([{ argv: ['/bin/sh'], cwd: dir, size }]);
  const env: Readonly<Record<string, string>> = asked[0]?.env ?? {};
  expect(env['OPENAI_API_KEY']).toBeUndefined();
  expect(env['PATH']).toContain(`node-24.21.0/bin:${join(dir, 'instances', instance.id, 'prefix', 'bin')}:`);
  expect(env['OPENCLAW_STATE_DIR']).toBe(join(dir, 'instances', instance.id, 'state'));
});

it('tells of what it keeps and where', async () => {
  await expect(core.instances.token(instance.id)).rejects.toMatchObject({ code: 'secrets.missing' });
  expect(await core.secrets.backend()).toBe('vault-keyfile');
  const { id: unknown } = anInstance({ id: 'i-ffffffffffffffff' });
  await expect(core.instances.link(unknown)).rejects.toMatchObject({ code: 'instance.unknown' });
  await expect(core.instances.token(unknown)).rejects.toMatchObject({ code: 'instance.unknown' });
  await core.logins.provide(instance.id, { sudoPassword: new Secret('s') }, { remember: true });
  expect(await core.logins.isRemembered(instance.id)).toBe(true);
  await mkdir(join(dir, '.ssh'));
  await writeFile(join(dir, '.ssh', 'config'), 'Host nas\n  HostName 192.0.2.1\n');
  expect(await core.ssh.hosts()).toEqual([{ alias: 'nas', hostName: '192.0.2.1' }]);
  await expect(core.versions.list()).rejects.toMatchObject({ code: 'registry.unreachable' });
});

it('tells when records change, whoever changes them', async () => {
  const told = new Set<string>();
  using changes = core.onChange((what) => told.add(what));
  // The watch begins a moment later.
  await expect
    .poll(async () => {
      await state.instances.put(instance.id, instance);
      await writeFile(join(dir, 'runs', 'r-000000000-00000000.jsonl'), '').catch(() => undefined);
      return [...told].sort();
    })
    .toEqual(['instances', 'runs']);
  changes[Symbol.dispose]();
  told.clear();
  await state.instances.put(instance.id, { ...instance, name: 'renamed' });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([...told]).toEqual([]);
});

it('has one key of backups, whichever door asks for the sheet', async () => {
  await using other = open();
  const [one, two] = await Promise.all([core.backups.recoverySheet(), other.backups.recoverySheet()]);
  expect(two.recipient).toBe(one.recipient);
  expect(two.key.equals(one.key)).toBe(true);
});

it('makes the backup that is due as a run that everybody sees, once where two watch', async () => {
  await state.instances.put(instance.id, { ...instance, phase: 'deployed' });
  await core.backups.setPolicy('here', backupPolicySchema.parse({ schedule: { every: 'day', hour: 0 } }));
  await using other = open();
  const watches = [core.backups.watch(), other.backups.watch()];
  // Nothing was ever deployed there: that it was tried, and what became of it, is seen.
  await until(async () => expect((await core.runs.list()).map(({ status }) => status)).toEqual(['failed']));
  for (const watch of watches) await watch[Symbol.asyncDispose]();
  const runs = await core.runs.list();
  expect(runs).toMatchObject([{ kind: 'backup', instanceName: 'here', error: { code: 'command.failed' } }]);
  expect(await core.backups.list()).toEqual([]);
});
