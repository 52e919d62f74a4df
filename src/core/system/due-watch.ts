import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError, toAppError, type AppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { withFileLock } from './file-lock.ts';

/** How often the clock is looked at: a timer until tomorrow would not know of a night that the computer slept through. */
const LOOK_EVERY_MS = 30_000;
/** Before one that failed is tried again. */
const AGAIN_AFTER_MS = 15 * 60_000;

/** When work that is due is looked for, and who is told of what goes wrong. */
export interface DueWatch {
  readonly listInstances: () => Promise<readonly Instance[]>;
  /** Held while one instance is worked on: whoever else watches leaves that one alone. */
  readonly lockFileOf: (id: InstanceId) => string;
  readonly now: () => number;
  readonly onProblem: (error: AppError) => void;
  readonly lookEveryMs?: number;
  readonly againAfterMs?: number;
}

export interface DueWork {
  readonly isDue: (instance: Instance) => Promise<boolean>;
  /** Under the lock; asks once more whether it is due, because another door may have done it since. */
  readonly doIfDue: (instance: Instance, signal: AbortSignal) => Promise<void>;
}

/** Does what is due, one after another, until disposal: what is being done then is cancelled. */
export function watchDue(watch: DueWatch, work: DueWork): AsyncDisposable {
  const { lookEveryMs = LOOK_EVERY_MS, onProblem } = watch;
  const stop = new AbortController();
  const round = createRound(watch, work, stop.signal);
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await round().catch((error: unknown) => onProblem(toAppError(error)));
      // Woken by the end alone, which the loop sees.
      await sleep(lookEveryMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

function createRound(watch: DueWatch, { isDue, doIfDue }: DueWork, signal: AbortSignal): () => Promise<void> {
  const { listInstances, lockFileOf, now, onProblem, againAfterMs = AGAIN_AFTER_MS } = watch;
  const notBefore = new Map<InstanceId, number>();
  const isStopped = (): boolean => signal.aborted;
  return async () => {
    for (const instance of await listInstances()) {
      if (isStopped()) return;
      // What is being made or taken away is left alone.
      if (instance.phase !== 'deployed' || (notBefore.get(instance.id) ?? 0) > now()) continue;
      try {
        if (!(await isDue(instance))) continue;
        await withFileLock(lockFileOf(instance.id), () => doIfDue(instance, signal), { waitMs: 0 });
      } catch (error) {
        if (isStopped()) return;
        // Somebody else does it, or works there: at the next look it is done, or tried again.
        if (isAppError(error, 'state.busy') || isAppError(error, 'lease.held')) continue;
        notBefore.set(instance.id, now() + againAfterMs);
        onProblem(toAppError(error));
      }
    }
  };
}
