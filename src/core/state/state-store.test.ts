import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
      v: 1,
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
