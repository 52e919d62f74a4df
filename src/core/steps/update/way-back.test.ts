import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, fakeStep } from '../../../../test/lab/step-bench.ts';
import { buildUpdatePlan } from '../../plans/update-plan.ts';
import {
  base,
  FORMER,
  LATER,
  MADE,
  MIGRATED,
  OLD,
  openUpdateBench,
  type UpdateBench,
} from '../../../../test/lab/update-bench.ts';

let place: UpdateBench;
beforeEach(async () => {
  place = await openUpdateBench();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('an update', { timeout: 60_000 }, () => {
  it('that goes well leaves the newer version and the way back, and its backup is kept', async () => {
    await place.update();
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.7', true, MIGRATED]);
    const { version, wayBack, pendingUpdate } = await place.record();
    expect([version, wayBack?.version, wayBack?.backup, pendingUpdate]).toEqual([
      '2026.9.7',
      '2026.9.6',
      MADE,
      undefined,
    ]);
    expect(await place.isPinned(MADE)).toBe(true);
  });

  it('to what runs already does nothing', async () => {
    await place.update();
    expect(await place.update(LATER)).toBe(0);
    expect(await place.backups.get(LATER)).toBeUndefined();
  });

  it('that fails before anything was touched leaves all as it was', async () => {
    place.breaks = 'upgrade';
    expect((await failure(place.update())).code).toBe('update.rolled-back');
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect((await place.record()).pendingUpdate).toBeUndefined();
    expect(await place.isPinned(MADE)).toBe(false);
  });

  it('that does not come up brings program and state back, and keeps the way back of the one before', async () => {
    const former = { version: '2026.9.5', backup: FORMER, at: '2026-11-01T12:00:00.000Z' };
    await place.instances.put(base.id, { ...base, wayBack: former });
    place.breaks = 'start';
    const error = await failure(place.update());
    expect([error.code, error.message]).toEqual([
      'update.rolled-back',
      expect.stringContaining('2026.9.6 is there again'),
    ]);
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
    const { leftState, ...rest } = await place.record();
    expect([rest, leftState?.bytes === 0]).toEqual([{ ...base, wayBack: former }, false]);
    // What came between the backup and the stop is nowhere else.
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining('its state of 2026-11-21 12:00 UTC'),
      expect.stringContaining('.hardshell-before'),
    ]);
    expect(place.readBefore('new.txt')).toBe('new');
  });

  it('is not made where no backup of what is there can be made', async () => {
    place.makesBackups = false;
    expect((await failure(place.update())).code).toBe('backup.failed');
    expect([place.installed, place.isUp, await place.record()]).toEqual(['2026.9.6', true, base]);
  });

  it('is not made where the way back has no room', async () => {
    const survey = place.quarters.survey.bind(place.quarters);
    const has = async (): Promise<boolean> => (await place.backups.get(MADE)) !== undefined;
    place.quarters.survey = async (c) => ({ ...(await survey(c)), ...((await has()) ? { freeBytes: 1 } : {}) });
    expect((await failure(place.update())).code).toBe('backup.no-room');
    expect([place.installed, place.isUp, await place.record()]).toEqual(['2026.9.6', true, base]);
  });

  it('that has raised Node.js alone leaves the state as it is', async () => {
    const apply = (): void => {
      [place.nodeThere, place.breaks] = ['24.9.0', 'upgrade'];
      place.world.write({ 'since.txt': '' });
    };
    const raise = fakeStep('raise', { isDone: () => place.nodeThere === '24.9.0', apply });
    const steps = [raise, ...place.listSteps()];
    const error = await failure(
      place.run(buildUpdatePlan({ ...(await place.draft()), before: [], steps, back: place.parts() })),
    );
    expect([error.code, place.nodeThere, place.world.read()]).toEqual([
      'update.rolled-back',
      '24.1.0',
      { ...OLD, 'since.txt': '' },
    ]);
  });

  it('goes back also where the older version does not come up at once', async () => {
    [place.breaks, place.stumbles] = ['start', 2];
    expect((await failure(place.update())).code).toBe('update.rolled-back');
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
  });

  it('that was cut short after the swap makes no second backup, and goes on', async () => {
    await place.cutShort(1);
    expect(place.installed).toBe('2026.9.7');
    await place.update(LATER);
    expect(await place.backups.get(LATER)).toBeUndefined();
    expect((await place.record()).wayBack?.backup).toBe(MADE);
  });

  it('that was cut short before anything was touched makes a backup of what is there now', async () => {
    await place.cutShort(0);
    place.world.write({ 'since.txt': 'since' });
    place.breaks = 'start';
    expect((await failure(place.update(LATER))).code).toBe('update.rolled-back');
    expect([place.installed, place.world.read()]).toEqual(['2026.9.6', { ...OLD, 'since.txt': 'since' }]);
  });

  it('that can neither go on nor back says so; the next run goes back to the end', async () => {
    place.breaks = 'start-old';
    expect((await failure(place.update())).code).toBe('update.stuck');
    expect((await place.record()).pendingUpdate?.phase).toBe('back');
    place.breaks = undefined;
    expect((await failure(place.update(LATER))).code).toBe('update.rolled-back');
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect((await place.record()).pendingUpdate).toBeUndefined();
  });
});

describe('a rollback', { timeout: 60_000 }, () => {
  it('brings program and state back together, after a backup of what was there', async () => {
    await place.update();
    place.world.write({ ...MIGRATED, 'since.txt': 'since' });
    await place.rollback();
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect(await place.record()).toEqual(base);
    expect([await place.isPinned(MADE), (await place.backups.get(LATER))?.reason]).toEqual([false, 'update']);
  });

  it('touches nothing where the backup cannot be brought', async () => {
    await place.update();
    const there = await place.record();
    place.vault.files.delete(MADE);
    expect((await failure(place.rollback())).code).toBe('backup.gone');
    expect([place.installed, place.isUp, place.world.read(), await place.record()]).toEqual([
      '2026.9.7',
      true,
      MIGRATED,
      there,
    ]);
  });

  it('of one that was cut short keeps what is there now, also where no backup can be made of it', async () => {
    await place.cutShort(1);
    place.makesBackups = false;
    await place.rollback();
    expect([place.installed, place.isUp, place.world.read(), place.readBefore('new.txt')]).toEqual([
      '2026.9.6',
      true,
      OLD,
      'new',
    ]);
  });

  it('that was cut short goes on, and makes no backup of half of it', async () => {
    await place.update();
    place.breaks = 'start-old';
    await failure(place.rollback());
    expect((await place.record()).pendingUpdate?.phase).toBe('back');
    place.breaks = undefined;
    await place.rollback();
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect((await place.record()).wayBack).toBeUndefined();
  });
});
