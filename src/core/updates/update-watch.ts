import semver from 'semver';
import { isAppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { lastDueMs } from '../backups/schedule.ts';
import { watchDue, type DueWatch } from '../system/due-watch.ts';
import type { Tried, TriedBook } from './tried-book.ts';

export interface UpdateWatchServices extends DueWatch {
  /** The registry's `latest`. */
  readonly readNewest: (signal: AbortSignal) => Promise<string | undefined>;
  readonly tried: TriedBook;
  /** Looks at the machine; what is handed back makes the update. */
  readonly plan: (instance: Instance, version: string, signal: AbortSignal) => Promise<() => Promise<unknown>>;
}

/** Makes the updates that are due. */
export function watchUpdates(services: UpdateWatchServices): AsyncDisposable {
  const { readNewest, tried, plan, now } = services;
  /** The moment that is dealt with, so that the files are not read twice a minute. */
  const doneFor = new Map<InstanceId, number>();

  const isDue = async ({ id, updates: policy, suspension }: Instance): Promise<boolean> => {
    // What is suspended was to stand still.
    if (policy?.schedule === undefined || suspension !== undefined) return false;
    const dueMs = lastDueMs(policy.schedule, now());
    if (doneFor.get(id) === dueMs) return false;
    const last = await tried.read(id);
    // Nobody holds the lock of one that has only begun: it was cut short, and is gone on with at once.
    if (last === undefined || last.is === 'begun' || last.at < dueMs) return true;
    doneFor.set(id, dueMs);
    return false;
  };
  const findWanted = async (
    { version: runs }: Instance,
    last: Tried | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    const newest = await readNewest(signal);
    if (newest !== undefined && semver.gt(newest, runs)) return newest;
    // One that was cut short has to be gone on with, whatever its record says by now.
    return last?.is === 'begun' ? last.version : undefined;
  };
  return watchDue(services, {
    isDue,
    async doIfDue(instance, signal) {
      if (!(await isDue(instance))) return;
      const { id, pendingUpdate } = instance;
      const last = await tried.read(id);
      const wanted = pendingUpdate?.version ?? (await findWanted(instance, last, signal));
      if (wanted === undefined) return tried.write(id, { at: now(), is: 'done' });
      if (last !== undefined && last.is !== 'begun' && last.version === wanted) {
        // It failed, or somebody has taken it back since: only a person knows whether it would go better now.
        return tried.write(id, { ...last, at: now() });
      }
      // A host that is away says nothing of this version: what fails here is tried again soon.
      const make = await plan(instance, wanted, signal);
      await tried.write(id, { at: now(), is: 'begun', version: wanted });
      try {
        await make();
      } catch (error) {
        // The next one goes on where this one was cut short.
        if (signal.aborted) return;
        if (isAppError(error, 'lease.held')) {
          if (last === undefined) await tried.write(id, { at: 0, is: 'done' });
          else await tried.write(id, last);
          throw error;
        }
        await tried.write(id, { at: now(), is: 'failed', version: wanted });
        throw error;
      }
      await tried.write(id, { at: now(), is: 'done', version: wanted });
    },
  });
}
