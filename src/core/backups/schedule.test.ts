import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleInstance } from '../../../test/sample-instance.ts';
import { AppError } from '../../shared/app-error.ts';
import { backupPolicySchema, type Backup, type BackupSchedule } from '../../shared/model/backup.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { isBackupDue, lastDueMs } from './schedule.ts';
import { watchSchedules, type ScheduleServices } from './schedule-watch.ts';
import { until } from '../../../test/until.ts';

const daily: BackupSchedule = { every: 'day', hour: 3 };
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();
const madeAt = (ms: number): Pick<Backup, 'createdAt'> => ({ createdAt: new Date(ms).toISOString() });

describe('a schedule', () => {
  it('means the hour of today when it is over, else that of the day before', () => {
    expect(lastDueMs(daily, at(21, 3))).toBe(at(21, 3));
    expect(lastDueMs(daily, at(21, 2, 59))).toBe(at(20, 3));
    expect(lastDueMs(daily, at(1, 1))).toBe(new Date(2026, 9, 31, 3).getTime());
  });

  it('means the weekday before', () => {
    const sundays: BackupSchedule = { every: 'week', weekday: 0, hour: 22 };
    expect(lastDueMs(sundays, at(21, 12))).toBe(at(15, 22));
    expect(lastDueMs(sundays, at(22, 21))).toBe(at(15, 22));
    expect(lastDueMs(sundays, at(22, 22))).toBe(at(22, 22));
  });

  it('is made up for once, however many nights were slept through', () => {
    const last = madeAt(at(14, 3, 5));
    expect(isBackupDue(daily, [last], at(21, 9))).toBe(true);
    expect(isBackupDue(daily, [last, madeAt(at(21, 9))], at(21, 9, 1))).toBe(false);
    expect(isBackupDue(daily, [last, madeAt(at(21, 9))], at(22, 3))).toBe(true);
  });

  it('does not take what a clock that was ahead has made for one of today', () => {
    expect(isBackupDue(daily, [madeAt(at(29, 3))], at(21, 9))).toBe(true);
  });
});

describe('whoever watches', () => {
  const instance: Instance = {
    ...sampleInstance(),
    phase: 'deployed',
    backups: backupPolicySchema.parse({ schedule: daily }),
  };
  let dir: string;
  let now: number;
  let backups: Backup[];
  let made: string[];
  let problems: AppError[];
  let watches: AsyncDisposable[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-schedule-'));
    [now, backups, made, problems, watches] = [at(21, 9), [], [], [], []];
  });
  afterEach(async () => {
    for (const one of watches) await one[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const watch = (given: ScheduleServices): AsyncDisposable => {
    const one = watchSchedules(given);
    watches.push(one);
    return one;
  };
  const services = (more: Partial<ScheduleServices> = {}): ScheduleServices => ({
    listInstances: () => Promise.resolve([instance]),
    listBackups: () => Promise.resolve(backups),
    lockFileOf: (id) => join(dir, `${id}.lock`),
    async make({ id, name }) {
      made.push(name);
      await sleep(100);
      backups = [...backups, { instanceId: id, ...madeAt(now) } as Backup];
    },
    now: () => now,
    onProblem: (error) => problems.push(error),
    lookEveryMs: 10,
    againAfterMs: 60_000,
    ...more,
  });

  it('makes one where three watch, and the next one on the next day', async () => {
    for (let door = 0; door < 3; door += 1) watch(services());
    await until(() => expect(backups).toHaveLength(1));
    await sleep(200);
    expect(made).toHaveLength(1);
    now = at(22, 3);
    await until(() => expect(backups).toHaveLength(2));
    await sleep(200);
    expect(made).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  it('makes none of what has no schedule, is not deployed yet, or has one already', async () => {
    const others: Instance[] = [sampleInstance(), { ...instance, phase: 'deploying' }];
    watch(services({ listInstances: () => Promise.resolve(others) }));
    backups = [{ instanceId: instance.id, ...madeAt(at(21, 8)) } as Backup];
    watch(services());
    await sleep(200);
    expect(made).toEqual([]);
  });

  it('tries one that failed again later, and says so once', async () => {
    const make = vi.fn(() => Promise.reject(new AppError('host.unreachable')));
    watch(services({ make }));
    await until(() => expect(problems).toHaveLength(1));
    await sleep(100);
    expect(make).toHaveBeenCalledTimes(1);
    now += 60_000;
    await until(() => expect(make).toHaveBeenCalledTimes(2));
  });

  it('leaves a machine alone where somebody works, without a word', async () => {
    const make = vi.fn(() => Promise.reject(new AppError('lease.held')));
    watch(services({ make }));
    await until(() => expect(make.mock.calls.length).toBeGreaterThan(1));
    expect(problems).toEqual([]);
  });

  it('ends what it makes when it is told to stop', async () => {
    let wasCancelled = false;
    const door = watch(
      services({
        make: async (_instance, signal) => {
          made.push('begun');
          await sleep(60_000, undefined, { signal }).catch(() => (wasCancelled = true));
          signal.throwIfAborted();
        },
      }),
    );
    await until(() => expect(made).toEqual(['begun']));
    await door[Symbol.asyncDispose]();
    expect(wasCancelled).toBe(true);
    expect(problems).toEqual([]);
  });
});
