import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, fakeStep } from '../../../../test/lab/step-bench.ts';
import { AppError } from '../../../shared/app-error.ts';
import { LATER, MADE, MIGRATED, OLD, openUpdateBench, type UpdateBench } from '../../../../test/lab/update-bench.ts';

const SINCE = { 'since.txt': 'since' };
let place: UpdateBench;
beforeEach(async () => {
  place = await openUpdateBench();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('the way back', { timeout: 60_000 }, () => {
  it('is at its end where the older version serves, also when what the newer one has left stays for now', async () => {
    const fail = (): never => {
      throw new AppError('command.failed');
    };
    const tidy = fakeStep('tidy', { isDone: () => false, apply: fail });
    const lookAway = fakeStep('look', { isDone: fail, apply: () => undefined });
    [place.after, place.breaks] = [[tidy, lookAway], 'start'];
    expect((await failure(place.update())).code).toBe('update.rolled-back');
    expect([(await place.record()).pendingUpdate, place.world.left()]).toEqual([undefined, ['.hardshell-before']]);
    expect(place.bench.notes.join('\n')).toContain('tidy');
    place.world.write(SINCE);
    place.breaks = undefined;
    await place.update(LATER);
    expect(place.world.read()).toEqual({ ...MIGRATED, ...SINCE });
    expect(place.readBefore('new.txt')).toBe('new');
  });

  it('swaps nothing a second time where it was cut short while it tidied', async () => {
    const stop = new AbortController();
    let isTidy = false;
    const tidy = fakeStep('tidy', {
      isDone: () => isTidy,
      apply() {
        isTidy = true;
        stop.abort(new AppError('run.cancelled'));
        throw new AppError('run.cancelled');
      },
    });
    [place.after, place.breaks] = [[tidy], 'start'];
    place.endBy(stop.signal);
    expect((await failure(place.update())).code).toBe('run.cancelled');
    expect((await place.record()).pendingUpdate?.phase).toBe('back');
    place.world.write(SINCE);
    place.endBy(new AbortController().signal);
    expect((await failure(place.update(LATER))).code).toBe('update.rolled-back');
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, { ...OLD, ...SINCE }]);
    expect([place.readBefore('new.txt'), place.world.left()]).toEqual(['new', ['.hardshell-before']]);
  });

  it('is written down before what was there goes: what cannot be cleared away now waits for the next backup', async () => {
    place.breaks = 'start';
    const clear = place.quarters.clear.bind(place.quarters);
    place.quarters.clear = async (...given) => {
      await clear(...given);
      throw new AppError('host.connection-lost');
    };
    expect((await failure(place.update())).code).toBe('update.rolled-back');
    expect((await place.record()).pendingUpdate).toBeUndefined();
    place.quarters.clear = clear;
    place.world.write(SINCE);
    place.breaks = undefined;
    await place.update(LATER);
    expect([place.world.read(), place.readBefore('new.txt')]).toEqual([{ ...MIGRATED, ...SINCE }, 'new']);
  });

  it('of a rollback is written down before what was there goes', async () => {
    await place.update();
    const clear = place.quarters.clear.bind(place.quarters);
    place.quarters.clear = async (...given) => {
      await clear(...given);
      throw new AppError('host.connection-lost');
    };
    await place.rollback();
    const { pendingUpdate, wayBack, version } = await place.record();
    expect([pendingUpdate, wayBack, version]).toEqual([undefined, undefined, '2026.9.6']);
  });

  it('that is unfinished is gone to its end also where another version is asked for', async () => {
    place.breaks = 'start-old';
    expect((await failure(place.update())).code).toBe('update.stuck');
    const plan = await place.planUpdate(LATER, '2026.9.8');
    place.breaks = undefined;
    const phases: unknown[] = [];
    const update = place.instances.update.bind(place.instances);
    place.instances.update = async (id, alter) => {
      const next = await update(id, alter);
      phases.push(next.pendingUpdate?.phase);
      return next;
    };
    const error = await failure(place.run(plan));
    expect([error.code, error.message]).toEqual([
      'update.rolled-back',
      expect.stringContaining('The update to OpenClaw 2026.9.7 failed'),
    ]);
    expect(phases).not.toContain('forward');
    expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
  });
});

describe('an update that was planned before another one', { timeout: 60_000 }, () => {
  const isOutdated = { code: 'usage.invalid', hint: expect.stringContaining('Look at the plan again') as string };

  it('is not made as it was planned', async () => {
    const plan = await place.planUpdate(LATER, '2026.9.8');
    await place.update();
    const there = await place.record();
    expect(await failure(place.run(plan))).toMatchObject(isOutdated);
    expect([place.installed, place.isUp, await place.record()]).toEqual(['2026.9.7', true, there]);
  });

  it('nor where the machine runs another version than it did then', async () => {
    const plan = await place.planUpdate(LATER, '2026.9.8');
    place.installed = '2026.9.7';
    expect(await failure(place.run(plan))).toMatchObject(isOutdated);
    expect((await place.record()).pendingUpdate).toBeUndefined();
  });

  it('nor where the other was cut short', async () => {
    const plan = await place.planUpdate(LATER, '2026.9.7');
    await place.cutShort(1);
    const there = await place.record();
    expect(await failure(place.run(plan))).toMatchObject(isOutdated);
    expect(await place.record()).toEqual(there);
  });

  it('is not taken back to another version than was shown', async () => {
    await place.update();
    const plan = await place.planRollback();
    await place.update(LATER, '2026.9.8');
    const there = await place.record();
    expect(await failure(place.run(plan))).toMatchObject(isOutdated);
    expect([place.installed, await place.record()]).toEqual(['2026.9.8', there]);
  });
});

it('an update whose own backup is gone touches nothing', { timeout: 60_000 }, async () => {
  const plan = await place.planUpdate();
  const stages = plan.stages.slice(0, 2);
  await place.run({ ...plan, stages });
  await place.backups.remove(MADE);
  expect((await failure(place.run({ ...plan, stages: plan.stages.slice(2) }))).code).toBe('backup.gone');
  expect([place.installed, place.isUp, place.world.read()]).toEqual(['2026.9.6', true, OLD]);
});
