import type { Backup, BackupSchedule } from '../../shared/model/backup.ts';

/** The last moment, now or before, at which a backup should have been made: local time, as cron means it. Pure. */
export function lastDueMs(schedule: BackupSchedule, nowMs: number): number {
  const now = new Date(nowMs);
  const at = (daysBack: number): Date =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack, schedule.hour);
  const isDay = (day: Date): boolean => schedule.every === 'day' || day.getDay() === schedule.weekday;
  for (let daysBack = 0; ; daysBack += 1) {
    const due = at(daysBack);
    if (due.getTime() <= nowMs && isDay(due)) return due.getTime();
  }
}

/**
 * Whether one is to be made: none is there that is as young as the last moment at which one was due. However many moments were
 * missed, one backup makes up for them. Any backup counts, whoever asked for it. Pure.
 * @param backups of the instance
 */
export function isBackupDue(
  schedule: BackupSchedule,
  backups: readonly Pick<Backup, 'createdAt'>[],
  nowMs: number,
): boolean {
  const dueMs = lastDueMs(schedule, nowMs);
  return !backups.some(({ createdAt }) => {
    const madeMs = Date.parse(createdAt);
    // What was made by a clock that was ahead says nothing about today.
    return madeMs >= dueMs && madeMs <= nowMs;
  });
}
