import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupPolicySchema } from '../../shared/model/backup.ts';
import { backupIdSchema } from '../../shared/model/ids.ts';
import { instanceSchema } from '../../shared/model/instance.ts';
import { createStateStore, type StateStore } from './state-store.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-store-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (): StateStore =>
  createStateStore(dir, { platform: process.platform, onProblem: (error) => expect.unreachable(error.message) });

const instance = instanceSchema.parse({
  id: 'i-0123456789abcdef',
  name: 'research',
  target: { kind: 'ssh', host: '203.0.113.7', user: 'root' },
  createdAt: '2026-11-21T01:02:03.004Z',
  phase: 'deploying',
  version: '2026.9.5',
  nodeVersion: '24.21.0',
  port: 18789,
  telemetry: false,
  installer: 'pinned',
});

describe('the state store', () => {
  it('makes one installation, however many ask at once', async () => {
    const made = await Promise.all([open(), open(), open()].map((store) => store.installation()));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made[0]?.id).toMatch(/^h-[0-9a-f]{16}$/);
    expect(await open().installation()).toEqual(made[0]);
  });

  it('keeps instances as documented', async () => {
    const store = open();
    await store.instances.put(instance.id, instance);
    expect(await open().instances.list()).toEqual([instance]);
    const file = join(dir, 'instances', `${instance.id}.json`);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      v: 5,
      id: instance.id,
      target: { kind: 'ssh', jumps: [] },
    });
  });

  it('reads the record that version 1 wrote', async () => {
    await open().instances.put(instance.id, instance);
    const file = join(dir, 'instances', `${instance.id}.json`);
    // Written out here, so that a change of the schema without a migration is noticed.
    await writeFile(
      file,
      '{"v":1,"id":"i-0123456789abcdef","name":"research","target":{"kind":"local"},"createdAt":"2026-11-21T01:02:03.004Z","phase":"deployed","version":"2026.9.5","nodeVersion":"24.21.0","port":18789,"provider":"openrouter","model":"openrouter/google/x","instructionsSha256":"ab","telemetry":false,"installer":"pinned","token":{"backend":"keychain","key":"gateway-token/i-0123456789abcdef"},"lastRun":"r-0mhabcdef-01234567"}',
    );
    expect(await open().instances.get(instance.id)).toMatchObject({
      phase: 'deployed',
      token: { backend: 'keychain' },
    });
  });

  it('reads the record of a container that version 2 wrote', async () => {
    await open().instances.put(instance.id, instance);
    const file = join(dir, 'instances', `${instance.id}.json`);
    await writeFile(
      file,
      '{"v":2,"id":"i-0123456789abcdef","name":"research","target":{"kind":"docker","server":{"kind":"ssh","host":"203.0.113.7","jumps":[]}},"createdAt":"2026-11-21T01:02:03.004Z","phase":"deployed","version":"2026.9.6","port":19100,"telemetry":false,"installer":"pinned","container":{"engineId":"X:Y","image":"ghcr.io/openclaw/openclaw:2026.9.6","subnet":"10.213.0.0/28","address":"10.213.0.2","proxyAddress":"10.213.0.14"},"limits":{"memoryBytes":2147483648,"cpus":2},"ingress":{"access":{"mode":"domain","host":"claw.example.com"},"limits":{"connections":20}},"guard":{"cpu":{"abovePercent":90,"forSeconds":300}},"suspension":{"at":"2026-11-21T02:02:03.004Z","by":"guard","because":"CPU"},"device":{"id":"0000000000000000000000000000000000000000000000000000000000000000","key":{"backend":"keychain","key":"device-key/i-0123456789abcdef"}}}',
    );
    expect(await open().instances.get(instance.id)).toMatchObject({
      target: { kind: 'docker', server: { host: '203.0.113.7' } },
      container: { subnet: '10.213.0.0/28' },
      suspension: { by: 'guard' },
    });
  });

  it('reads the record that version 3 wrote, and keeps an update that was cut short', async () => {
    const store = open();
    await store.instances.put(instance.id, instance);
    const file = join(dir, 'instances', `${instance.id}.json`);
    const written = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...written, v: 3, backups: { keep: {}, destinations: [] } }));
    expect((await open().instances.get(instance.id))?.backups?.keep.last).toBe(7);
    const from = { version: '2026.9.5', backup: backupIdSchema.parse('b-0123456789abcdef'), at: instance.createdAt };
    const pendingUpdate = { version: '2026.9.6', from, isStill: false, phase: 'back' } as const;
    await store.instances.put(instance.id, { ...instance, pendingUpdate, wayBack: from });
    expect(await open().instances.get(instance.id)).toMatchObject({ pendingUpdate, wayBack: from });
  });

  it('reads the record that version 4 wrote, and keeps one that was adopted', async () => {
    const store = open();
    await store.instances.put(instance.id, instance);
    const file = join(dir, 'instances', `${instance.id}.json`);
    const written = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...written, v: 4 }));
    expect(await open().instances.get(instance.id)).toEqual(instance);
    const adopted = {
      kind: 'service',
      user: 'anna',
      home: '/home/anna',
      node: '/usr/bin/node',
      packageDir: '/usr/lib/node_modules/openclaw',
      stateDir: '/home/anna/.openclaw',
      configPath: '/home/anna/.openclaw/openclaw.json',
      unit: 'openclaw-gateway.service',
      unitPath: '/home/anna/.config/systemd/user/openclaw-gateway.service',
    } as const;
    await store.instances.put(instance.id, { ...instance, adopted });
    expect((await open().instances.get(instance.id))?.adopted).toEqual(adopted);
  });

  it('keeps what is done for an instance without being asked, and backups that outlive it', async () => {
    const store = open();
    const backups = backupPolicySchema.parse({ schedule: { every: 'week', weekday: 0, hour: 3 } });
    await store.instances.put(instance.id, { ...instance, backups });
    expect((await open().instances.get(instance.id))?.backups).toEqual(backups);
    const file = join(dir, 'backups', 'b-0123456789abcdef.json');
    await mkdir(join(dir, 'backups'));
    // Written out here: this is what lies beside archives on other people's servers.
    await writeFile(
      file,
      '{"v":1,"id":"b-0123456789abcdef","instanceId":"i-0123456789abcdef","instanceName":"research","place":"docker","createdAt":"2026-11-21T01:02:03.004Z","version":"2026.9.6","reason":"schedule","bytes":7,"sha256":"0000000000000000000000000000000000000000000000000000000000000000","encrypted":{"bytes":300,"sha256":"1111111111111111111111111111111111111111111111111111111111111111","recipient":"age1qqq"},"copies":[{"at":"machine","path":"/backups/b-0123456789abcdef.tar.gz"},{"at":"here","path":"/d/backups/b-0123456789abcdef.age"},{"at":"sftp","server":{"kind":"ssh","host":"203.0.113.7","jumps":[]},"path":"/srv/b-0123456789abcdef.age"}],"verifiedAt":"2026-11-21T01:02:03.004Z","pinned":true}',
    );
    const [backup] = await store.backups.list();
    expect(backup).toMatchObject({ reason: 'schedule', pinned: true, copies: [{}, {}, { at: 'sftp' }] });
  });

  it('sweeps up what killed processes left behind', async () => {
    const store = open();
    await store.instances.put(instance.id, instance);
    const left = join(dir, 'instances', 'x.json.0123456789ab.tmp');
    await writeFile(left, '{');
    await utimes(left, new Date(0), new Date(0));
    await store.sweep();
    expect(await readdir(join(dir, 'instances'))).toEqual([`${instance.id}.json`]);
  });
});
