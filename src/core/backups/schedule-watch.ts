import type { Backup } from '../../shared/model/backup.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { watchDue, type DueWatch } from '../system/due-watch.ts';
import { isBackupDue, lastDueMs } from './schedule.ts';

export interface ScheduleServices extends DueWatch {
  readonly listBackups: () => Promise<readonly Backup[]>;
  readonly make: (instance: Instance, signal: AbortSignal) => Promise<unknown>;
}

/** Makes the backups that are due; what is suspended is worth keeping all the same. */
export function watchSchedules(services: ScheduleServices): AsyncDisposable {
  const { listBackups, make, now } = services;
  /** The moment for which there is a backup already, so that the records are not read twice a minute. */
  const doneFor = new Map<InstanceId, number>();

  const isDue = async ({ id, backups: policy }: Instance): Promise<boolean> => {
    if (policy?.schedule === undefined) return false;
    const dueMs = lastDueMs(policy.schedule, now());
    if (doneFor.get(id) === dueMs) return false;
    const own = (await listBackups()).filter(({ instanceId }) => instanceId === id);
    if (isBackupDue(policy.schedule, own, now())) return true;
    doneFor.set(id, dueMs);
    return false;
  };
  return watchDue(services, {
    isDue,
    async doIfDue(instance, signal) {
      if (!(await isDue(instance))) return;
      await make(instance, signal);
      const schedule = instance.backups?.schedule;
      // Also where its record is younger than the moment is by another clock: made is made.
      if (schedule !== undefined) doneFor.set(instance.id, lastDueMs(schedule, now()));
    },
  });
}
