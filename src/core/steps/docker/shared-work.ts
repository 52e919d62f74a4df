import { isAppError } from '../../../shared/app-error.ts';
import type { ImageProgress } from '../../container-engine/image.ts';
import { raceAbort } from '../../host/abort.ts';

type Tell = (progress: ImageProgress) => void;

interface Running {
  readonly end: Promise<Outcome>;
  readonly listeners: Set<Tell>;
}

type Outcome =
  { readonly is: 'done' } | { readonly is: 'failed'; readonly error: unknown } | { readonly is: 'given-up' };

/** Of this process, by what is worked at: the plans of several instances do not know of each other. */
const running = new Map<string, Running>();

/**
 * Does a piece of work once for all who ask for it while it goes on. Whoever comes first does it, over their own connection;
 * when they are cancelled, or lose it, the next one who waits begins anew. What fails fails for all.
 */
export async function shareWork(
  key: string,
  work: (tell: Tell) => Promise<void>,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const other = running.get(key);
    if (other === undefined) return doForAll(key, work, tell, signal);
    tell({ line: 'another instance needs the same: its work is waited for' });
    other.listeners.add(tell);
    try {
      const outcome = await raceAbort(other.end, [signal]);
      if (outcome.is === 'done') return;
      if (outcome.is === 'failed') throw outcome.error;
    } finally {
      other.listeners.delete(tell);
    }
  }
}

async function doForAll(
  key: string,
  work: (tell: Tell) => Promise<void>,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  const listeners = new Set([tell]);
  const result = work((progress) => {
    for (const listener of listeners) listener(progress);
  });
  const end = result.then(
    (): Outcome => ({ is: 'done' }),
    (error: unknown): Outcome => (isPersonal(error, signal) ? { is: 'given-up' } : { is: 'failed', error }),
  );
  running.set(key, { end: end.finally(() => running.delete(key)), listeners });
  await result;
}

/** Whether the failure says something of who worked, and nothing of the work. */
function isPersonal(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || isAppError(error, 'host.connection-lost') || isAppError(error, 'engine.unreachable');
}
