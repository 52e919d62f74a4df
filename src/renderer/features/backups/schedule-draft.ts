import type { BackupSchedule } from '../../../shared/model/backup.ts';

export interface ScheduleDraft {
  readonly every: 'never' | 'day' | 'week';
  readonly weekday: number;
  readonly hour: number;
}

/** At night, as long as nobody says otherwise. */
const USUAL_HOUR = 3;

/** Pure. */
export function readSchedule(schedule: BackupSchedule | undefined): ScheduleDraft {
  return {
    every: schedule?.every ?? 'never',
    weekday: schedule?.every === 'week' ? schedule.weekday : 0,
    hour: schedule?.hour ?? USUAL_HOUR,
  };
}

/** Undefined: only when asked. Pure. */
export function buildSchedule({ every, weekday, hour }: ScheduleDraft): BackupSchedule | undefined {
  if (every === 'never') return undefined;
  return every === 'day' ? { every, hour } : { every, weekday, hour };
}
