import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../../test/lab/step-bench.ts';
import { AppError } from '../../../shared/app-error.ts';
import { backupIdSchema } from '../../../shared/model/ids.ts';
import type { PendingUpdate } from '../../../shared/model/update.ts';
import { ARCHIVE_DEADLINE_MS } from './backup-work.ts';
import { MADE, NEW, openRestoreBench, type RestoreBench } from '../../../../test/lab/restore-bench.ts';

const [NEXT, LAST] = [backupIdSchema.parse('b-cccccccccccccccc'), backupIdSchema.parse('b-dddddddddddddddd')];
let place: RestoreBench;
beforeEach(async () => {
  place = await openRestoreBench();
});
afterEach(() => place[Symbol.asyncDispose]());

const listKept = (): string[] => readdirSync(place.world.keepDir);
const listArchived = (id: string): string =>
  spawnSync('tar', ['tzf', join(place.world.keepDir, `${id}.tar.gz`)]).stdout.toString();
const pendingUpdate: PendingUpdate = {
  version: '2026.9.7',
  from: { version: '2026.9.6', backup: MADE, at: '2026-11-20T12:00:00.000Z' },
  isStill: false,
  phase: 'back',
};

describe('a backup that was made and did not come here', { timeout: 60_000 }, () => {
  it('stays nowhere where it cannot be taken in', async () => {
    place.world.write(NEW);
    const take = place.vault.take.bind(place.vault);
    place.vault.take = () => Promise.reject(new AppError('backup.no-room'));
    expect((await failure(place.backUp())).code).toBe('backup.no-room');
    expect(listKept()).toEqual([]);
    place.vault.take = take;
    await place.backUp(NEXT);
    expect(listKept()).toEqual([`${NEXT}.tar.gz`]);
  });

  it('stays nowhere where it cannot be written down', async () => {
    place.world.write(NEW);
    place.records.put = () => Promise.reject(new AppError('state.denied'));
    // What goes wrong while it is cleared away hides nothing.
    place.quarters = { ...place.quarters, retire: () => Promise.reject(new AppError('host.connection-lost')) };
    expect((await failure(place.backUp())).code).toBe('state.denied');
    expect(place.vault.dropped).toEqual([MADE]);
  });

  it('goes with the next one where the run was cut short', async () => {
    place.world.write(NEW);
    await place.backUp();
    const { quarters } = place;
    place.quarters = {
      ...place.quarters,
      read: () => Promise.reject(new AppError('run.cancelled')),
      retire: () => Promise.reject(new AppError('run.cancelled')),
    };
    expect((await failure(place.backUp(NEXT))).code).toBe('run.cancelled');
    expect(listKept()).toEqual([`${MADE}.tar.gz`, `${NEXT}.tar.gz`]);
    place.quarters = quarters;
    await place.backUp(LAST);
    expect(listKept()).toEqual([`${MADE}.tar.gz`, `${LAST}.tar.gz`]);
  });
});

describe('a backup after a restore that was cut short', { timeout: 60_000 }, () => {
  it.each(['stage', 'swap'])('after "%s" takes away what waits of it', async (until) => {
    await place.prepare();
    await place.run(await place.planRestore(), until);
    await place.backUp(NEXT);
    expect(place.world.left()).toEqual([]);
  });

  it('is not made of half of two states', async () => {
    await place.prepare();
    await place.run(await place.planRestore(), 'stop');
    place.world.run('swap', {}, { cutAt: 5 });
    expect(await failure(place.backUp(NEXT))).toMatchObject({
      code: 'backup.failed',
      message: expect.stringContaining('A restore was cut short') as string,
    });
    place.instance = { ...place.instance, pendingUpdate };
    expect((await failure(place.backUp(NEXT))).code).toBe('update.unfinished');
    expect(listKept()).not.toContain(`${NEXT}.tar.gz`);
  });

  it('leaves what an update goes back with, and does not hold it', async () => {
    await place.prepare();
    await place.run(await place.planRestore(), 'swap');
    const waits = place.world.left();
    place.instance = { ...place.instance, pendingUpdate };
    await place.backUp(NEXT);
    expect(place.world.left()).toEqual(waits);
    expect(listArchived(NEXT)).toContain('/new.txt');
    expect(listArchived(NEXT)).not.toContain('/old.txt');
  });
});

it('what moves archives may take as long as a run that moves them', { timeout: 60_000 }, async () => {
  await place.prepare();
  const steps = (await place.planRestore()).stages.flat().filter(({ id }) => ['archive', 'keep', 'stage'].includes(id));
  expect(steps.map(({ timeoutMs }) => timeoutMs)).toEqual(Array(3).fill(ARCHIVE_DEADLINE_MS));
});
