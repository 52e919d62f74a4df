import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anInstance } from '../../test/cli/samples.ts';
import type { Instance } from '../shared/model/instance.ts';
import { createCoreUpdates, type CoreUpdateServices } from './core-updates.ts';
import { createTriedBook, type TriedBook } from './updates/tried-book.ts';

const now = (): number => Date.parse('2026-11-21T12:00:00Z');
let dir: string;
let tried: TriedBook;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-updates-'));
  tried = createTriedBook(dir, now);
});
afterEach(() => rm(dir, { recursive: true }));

function create(instance: Instance): ReturnType<typeof createCoreUpdates> {
  return createCoreUpdates({
    state: {
      layout: { updatesDir: dir },
      instances: { list: () => Promise.resolve([instance]), update: () => Promise.resolve(instance) },
    },
    find: () => Promise.resolve({ instance }),
    operations: {
      changes: { preview: () => Promise.resolve({ id: 'p', instance }), start: () => Promise.resolve({}) },
    },
    now,
  } as unknown as CoreUpdateServices);
}

it('a policy that is set again lets nobody try again what was tried', async () => {
  const instance = anInstance();
  await tried.write(instance.id, { at: 1, is: 'failed', version: '2026.9.7' });
  await create(instance).updates.setPolicy(instance.name, { schedule: { every: 'day', hour: 3 } });
  expect(await tried.read(instance.id)).toEqual({ at: now(), is: 'failed', version: '2026.9.7' });
});

it('what is taken back of an update that was cut short is the version that it was to bring', async () => {
  const from = { version: '2026.9.6', backup: 'b-0123456789abcdef', at: '2026-09-19T12:00:00.000Z' };
  const instance = anInstance({ pendingUpdate: { version: '2026.9.7', from, isStill: false, phase: 'forward' } });
  const { changes } = create(instance);
  const { id } = await changes.preview(instance.name, { kind: 'rollback' });
  await changes.start(id);
  expect(await tried.read(instance.id)).toMatchObject({ is: 'failed', version: '2026.9.7' });
});
