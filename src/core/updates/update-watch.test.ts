import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { withFileLock } from '../system/file-lock.ts';
import { createTriedBook, type TriedBook } from './tried-book.ts';
import { watchUpdates, type UpdateWatchServices } from './update-watch.ts';

const HOUR_MS = 3_600_000;
/** A Wednesday, in the time of whoever keeps watch. */
const NOON = new Date(2026, 8, 23, 12).getTime();
const policy = { schedule: { every: 'day', hour: 3 } } as const;

describe('watchUpdates', () => {
  let dir: string;
  let now: number;
  let tried: TriedBook;
  let instance: Instance;
  let made: string[];
  let problems: string[];
  let newest: string | Error;
  let asked: number;
  let look: () => Promise<void>;
  let meet: (signal: AbortSignal) => Promise<void>;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-updates-'));
    [now, made, problems, newest, asked] = [NOON, [], [], '2026.9.7', 0];
    tried = createTriedBook(dir, () => now);
    instance = anInstance({ updates: policy });
    look = meet = () => Promise.resolve();
  });
  afterEach(() => rm(dir, { recursive: true }));

  const services = (): UpdateWatchServices => ({
    listInstances: () => Promise.resolve([instance]),
    readNewest: () => {
      asked += 1;
      return newest instanceof Error ? Promise.reject(newest) : Promise.resolve(newest);
    },
    tried,
    lockFileOf: (id) => join(dir, `${id}.lock`),
    async plan({ id }, version, signal) {
      await look();
      return async () => {
        made.push(`${id === instance.id ? instance.name : ''} ${version}`);
        await meet(signal);
        instance = { ...instance, version };
      };
    },
    now: () => now,
    onProblem: (error) => void problems.push(error.code),
    lookEveryMs: 1,
  });
  /** Long enough for many looks. */
  const watch = async (until: () => boolean | Promise<boolean>): Promise<void> => {
    const watching = watchUpdates(services());
    await expect.poll(until).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await watching[Symbol.asyncDispose]();
  };
  const lastIs = async (): Promise<string | undefined> => (await tried.read(instance.id))?.is;

  it('makes what is due once, and asks the registry no more until the next moment', async () => {
    await watch(async () => (await lastIs()) === 'done');
    expect([made, asked, problems]).toEqual([['research 2026.9.7'], 1, []]);
    now += 24 * HOUR_MS;
    newest = '2026.9.8';
    await watch(() => made.length === 2);
    expect([made, asked]).toEqual([['research 2026.9.7', 'research 2026.9.8'], 2]);
  });

  it.each([
    ['has no schedule', { updates: {} }],
    ['is being deployed', { updates: policy, phase: 'deploying' }],
    ['is suspended', { updates: policy, suspension: { at: '2026-09-20T12:00:00.000Z', by: 'person', because: 'x' } }],
  ])('leaves one alone that %s', async (_, more) => {
    instance = anInstance(more);
    const watching = watchUpdates(services());
    await new Promise((resolve) => setTimeout(resolve, 50));
    await watching[Symbol.asyncDispose]();
    expect([made, asked]).toEqual([[], 0]);
  });

  it('skips the moment where it runs the newest', async () => {
    newest = '2026.9.6';
    await watch(async () => (await lastIs()) === 'done');
    expect([made, asked]).toEqual([[], 1]);
  });

  it('does not try a version again that has failed, until there is another', async () => {
    meet = () => Promise.reject(new AppError('update.rolled-back'));
    await watch(() => problems.length > 0);
    expect(await lastIs()).toBe('failed');
    now += 24 * HOUR_MS;
    await watch(async () => ((await tried.read(instance.id))?.at ?? 0) === now);
    expect([made, problems]).toEqual([['research 2026.9.7'], ['update.rolled-back']]);
    meet = () => Promise.resolve();
    now += 24 * HOUR_MS;
    newest = '2026.9.8';
    await watch(() => made.length === 2);
    expect(made).toEqual(['research 2026.9.7', 'research 2026.9.8']);
  });

  it('tries again where the host was away: that says nothing of the version', async () => {
    look = () => Promise.reject(new AppError('host.unreachable'));
    await watch(() => problems.length > 0);
    expect([made, await lastIs()]).toEqual([[], undefined]);
    look = () => Promise.resolve();
    await watch(() => made.length === 1);
    expect(await lastIs()).toBe('done');
  });

  it('goes on with the version of a person that was cut short, before a newer one', async () => {
    const from = { version: '2026.9.6', backup: 'b-0123456789abcdef', at: '2026-09-19T12:00:00.000Z' };
    const pendingUpdate = { version: '2026.9.7', from, isStill: false, phase: 'forward' };
    instance = anInstance({ updates: policy, pendingUpdate });
    newest = '2026.9.8';
    await watch(() => made.length === 1);
    expect(made).toEqual(['research 2026.9.7']);
  });

  it('does not put there again what somebody has taken back', async () => {
    await tried.write(instance.id, { at: now - 24 * HOUR_MS, is: 'done', version: '2026.9.7' });
    await watch(async () => ((await tried.read(instance.id))?.at ?? 0) === now);
    expect(made).toEqual([]);
  });

  it('goes on at once with one that was cut short, and leaves one alone that somebody else makes', async () => {
    meet = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('run.cancelled'))));
    const watching = watchUpdates(services());
    await expect.poll(() => made.length).toBe(1);
    await watching[Symbol.asyncDispose]();
    expect([await lastIs(), problems]).toEqual(['begun', []]);
    meet = () => Promise.resolve();
    await withFileLock(join(dir, `${instance.id}.lock`), async () => {
      const other = watchUpdates(services());
      await new Promise((resolve) => setTimeout(resolve, 50));
      await other[Symbol.asyncDispose]();
    });
    expect(made).toHaveLength(1);
    await watch(async () => (await lastIs()) === 'done');
    expect(made).toHaveLength(2);
  });

  it('waits where a run holds the machine, and where the registry does not answer', async () => {
    newest = new AppError('registry.unreachable');
    await watch(() => problems.length > 0);
    expect([made, problems, asked]).toEqual([[], ['registry.unreachable'], 1]);
    newest = '2026.9.7';
    let isHeld = true;
    meet = () => (isHeld ? Promise.reject(new AppError('lease.held')) : Promise.resolve());
    const watching = watchUpdates(services());
    await expect.poll(() => made.length).toBeGreaterThan(1);
    isHeld = false;
    await expect.poll(lastIs).toBe('done');
    await watching[Symbol.asyncDispose]();
    expect(problems).toEqual(['registry.unreachable']);
  });
});
