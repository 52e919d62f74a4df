import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../../test/lab/step-bench.ts';
import { AppError } from '../../../shared/app-error.ts';
import { PRIVATE_MARK } from './quarters-script.ts';
import {
  MADE,
  NEW,
  OLD,
  openRestoreBench,
  RESTORED,
  SAFETY,
  type RestoreBench,
} from '../../../../test/lab/restore-bench.ts';
import { expectNotNewer } from './restore.ts';

const DAY_MS = 24 * 60 * 60_000;

let place: RestoreBench;
beforeEach(async () => {
  place = await openRestoreBench();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('a backup', { timeout: 60_000 }, () => {
  it('is in the list once it lies here as it was made', async () => {
    place.world.write(NEW);
    await place.backUp();
    const made = await place.records.get(MADE);
    expect(made).toMatchObject({ version: '2026.9.6', copies: [{ at: 'machine' }, { at: 'here' }] });
    expect(made?.sha256).toBe(made?.encrypted?.sha256);
    expect(readdirSync(place.world.keepDir)).toEqual([`${MADE}.tar.gz`]);
  });

  it('leaves no copy on a machine that has little room, and is not begun on one that has none', async () => {
    place.world.write(NEW);
    let freeBytes = 65 * 1024 ** 2;
    place.quarters = {
      ...place.quarters,
      survey: () => Promise.resolve({ hasState: true, stateBytes: 10 * 1024 ** 2, freeBytes }),
    };
    expect(await failure(place.backUp())).toMatchObject({ code: 'backup.no-room' });
    expect(place.vault.files.size).toBe(0);
    freeBytes = 80 * 1024 ** 2;
    await place.backUp();
    expect((await place.records.get(MADE))?.copies).toEqual([{ at: 'here', path: `/vault/${MADE}` }]);
    expect(readdirSync(place.world.keepDir)).toEqual([]);
  });

  it('that does not arrive as it was made is not kept', async () => {
    place.world.write(NEW);
    const take = place.vault.take.bind(place.vault);
    place.vault.take = async (id, bytes) => ({ ...(await take(id, bytes)), sha256: 'f'.repeat(64) });
    expect((await failure(place.backUp())).code).toBe('backup.damaged');
    expect(await place.records.list()).toEqual([]);
    expect(place.vault.dropped).toEqual([MADE]);
  });

  it('takes the place of what need not be kept, on the machine as well; what cannot be reached waits in the list', async () => {
    place.world.write(NEW);
    await place.backUp();
    await place.records.update(MADE, (old) => {
      if (old === undefined) throw new Error('gone');
      return { ...old, copies: [...old.copies, { at: 'folder', path: '/away' }] };
    });
    const { drop } = place.vault;
    place.vault.drop = (backup, copy) =>
      copy.at === 'folder' ? Promise.reject(new AppError('backup.unreachable')) : drop(backup, copy);
    const first = await place.records.get(MADE);
    await place.backUp(SAFETY, () => (first === undefined ? [] : [first]));
    expect(readdirSync(place.world.keepDir)).toEqual([`${SAFETY}.tar.gz`]);
    expect((await place.records.get(MADE))?.copies).toEqual([{ at: 'folder', path: '/away' }]);
  });
});

describe('a restore', { timeout: 60_000 }, () => {
  it('brings the backup, keeps what was there as a backup of its own, and leaves nothing else behind', async () => {
    await place.prepare();
    await place.run(await place.planRestore());
    expect(place.world.read()).toEqual(RESTORED);
    expect([place.isUp, place.world.left()]).toEqual([true, []]);
    expect((await place.records.get(SAFETY))?.reason).toBe('restore');
  });

  it('into an empty place needs no backup of it', async () => {
    await place.prepare();
    for (const name of Object.keys(OLD)) place.world.remove(name);
    await place.run(await place.planRestore());
    expect(place.world.read()).toEqual(RESTORED);
    expect(await place.records.get(SAFETY)).toBeUndefined();
  });

  it('goes on where OpenClaw makes no backup of what is there, and keeps that as it stands', async () => {
    await place.prepare();
    const archive = place.quarters.archive.bind(place.quarters);
    place.quarters = { ...place.quarters, archive: () => Promise.reject(new AppError('backup.failed')) };
    await place.run(await place.planRestore(), 'swap');
    // Also where another run ends it.
    place.quarters = { ...place.quarters, archive };
    await place.run(await place.planRestore());
    expect([place.world.read(), place.isUp, place.world.left()]).toEqual([RESTORED, true, ['.hardshell-before']]);
    const kept = readdirSync(join(place.world.stateDir, '.hardshell-before')).sort();
    // OpenClaw leaves out of its archives what has this file in it.
    expect(kept).toEqual([...Object.keys(OLD), PRIVATE_MARK].sort());
    expect(readFileSync(join(place.world.stateDir, '.hardshell-before', PRIVATE_MARK), 'utf8')).toBe(
      'openclaw-private-update-capture-v1\n',
    );
    expect(place.left?.bytes).toBeGreaterThan(0);
    // The backup after a month takes it away, and not the one before.
    place.nowMs = Date.parse(place.left?.at ?? '') + 29 * DAY_MS;
    await place.backUp(SAFETY);
    expect([place.world.left(), place.left?.bytes]).toEqual([['.hardshell-before'], expect.any(Number)]);
    place.nowMs += 2 * DAY_MS;
    await place.backUp(SAFETY);
    expect([place.world.left(), place.left]).toEqual([[], undefined]);
  });

  it('puts back what was there when the gateway does not come up on it', async () => {
    await place.prepare();
    place.failsOn = '"new"';
    const error = await failure(place.run(await place.planRestore()));
    expect(error).toMatchObject({ code: 'restore.failed', details: { cause: { code: 'gateway.not-ready' } } });
    expect(place.world.read()).toEqual(OLD);
    expect([place.isUp, place.world.left()]).toEqual([true, []]);
  });

  it('says so when what was there does not come up again either, and is gone on with by the next one', async () => {
    await place.prepare();
    place.failsOn = '"is"';
    expect((await failure(place.run(await place.planRestore()))).message).toContain('does not serve again yet');
    place.failsOn = undefined;
    await place.run(await place.planRestore());
    expect(place.world.read()).toEqual(RESTORED);
  });

  it('stops nothing for a backup that is damaged, and leaves nothing of it', async () => {
    await place.prepare();
    place.vault.files.get(MADE)?.writeUInt8(0, 30);
    expect((await failure(place.run(await place.planRestore()))).code).toBe('backup.damaged');
    expect([place.world.read(), place.isUp, place.world.left()]).toEqual([OLD, true, []]);
  });

  it('tells what the vault says, not what the machine makes of it', async () => {
    await place.prepare();
    const whole = place.vault.files.get(MADE) ?? Buffer.alloc(0);
    place.vault.open = () =>
      Promise.resolve(
        Readable.from(
          (function* () {
            yield whole.subarray(0, 40);
            throw new AppError('backup.key-wrong');
          })(),
        ),
      );
    expect((await failure(place.run(await place.planRestore()))).code).toBe('backup.key-wrong');
    expect([place.world.read(), place.isUp, place.world.left()]).toEqual([OLD, true, []]);
  });

  it.each(['archive', 'keep', 'stage', 'stop', 'swap', 'service'])(
    'that is cut short after "%s" is gone on with by the next one',
    async (after) => {
      await place.prepare();
      await place.run(await place.planRestore(), after);
      await place.run(await place.planRestore());
      expect(place.world.read()).toEqual(RESTORED);
      expect([place.isUp, place.world.left()]).toEqual([true, []]);
    },
  );

  it('of a newer OpenClaw is refused; an older one is not', () => {
    expect(() => {
      expectNotNewer('2026.9.7', '2026.9.6');
    }).toThrow(expect.objectContaining({ code: 'backup.too-new' }) as Error);
    expectNotNewer('2026.9.6', '2026.9.6');
    expectNotNewer('2026.8.30', '2026.9.6');
  });
});
