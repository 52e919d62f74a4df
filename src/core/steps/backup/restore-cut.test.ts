import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/app-error.ts';
import {
  MADE,
  OLD,
  openRestoreBench,
  RESTORED,
  SAFETY,
  type RestoreBench,
} from '../../../../test/lab/restore-bench.ts';

let place: RestoreBench;
beforeEach(async () => {
  place = await openRestoreBench();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('a restore that was cut short', { timeout: 60_000 }, () => {
  it('while it was being taken back is taken back first, and keeps what was there', async () => {
    await place.prepare();
    place.quarters = { ...place.quarters, archive: () => Promise.reject(new AppError('backup.failed')) };
    await place.run(await place.planRestore(), 'swap');
    expect(place.world.run('back', {}, { cutAt: 3 }).code).not.toBe(0);
    await place.run(await place.planRestore());
    expect([place.world.read(), place.isUp]).toEqual([RESTORED, true]);
    expect(readFileSync(join(place.world.stateDir, '.hardshell-before', 'old.txt'), 'utf8')).toBe('old');
  });

  it('and that somebody has started since is made anew, after a backup of what came since', async () => {
    await place.prepare();
    await place.run(await place.planRestore(), 'swap');
    place.isUp = true;
    place.world.write({ 'since.txt': 'since' });
    const before = place.vault.files.get(SAFETY);
    await place.run(await place.planRestore());
    expect([place.world.read(), place.isUp, place.world.left()]).toEqual([RESTORED, true, []]);
    expect(place.vault.files.get(SAFETY)?.equals(before ?? Buffer.alloc(0))).toBe(false);
  });

  it('goes back to what was there where the gateway has never come up on it', async () => {
    await place.prepare();
    await place.run(await place.planRestore(), 'swap');
    place.failsOn = '"new"';
    await expect(place.run(await place.planRestore())).rejects.toMatchObject({ code: 'restore.failed' });
    expect([place.world.read(), place.isUp, place.world.left()]).toEqual([OLD, true, []]);
    expect((await place.records.get(MADE))?.copies).toHaveLength(2);
  });
});
