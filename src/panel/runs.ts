import type { RunOptions } from '../core/index.ts';
import { AppError, isAppError } from '../shared/app-error.ts';
import type { RunEvent, RunSnapshot } from '../shared/model/run.ts';
import type { RunId } from '../shared/model/ids.ts';

type StartRun = (options: RunOptions) => Promise<RunSnapshot>;

/** The runs that this door has started; they go on when the interface that asked for them is gone. */
export interface DoorRuns extends AsyncDisposable {
  /** Resolves as soon as the run has begun. @throws AppError when it never does */
  begin(start: StartRun): Promise<RunId>;
  /** Whether it was one of ours that still goes on. */
  cancel(runId: RunId): boolean;
}

interface DoorRunsDeps {
  readonly onEvent: (event: RunEvent) => void;
  /** Told once of every run that had begun. */
  readonly onEnd: (begun: BegunRun, outcome: 'succeeded' | 'failed' | 'cancelled') => void;
}

export type BegunRun = Extract<RunEvent, { type: 'run.started' }>;

export function createDoorRuns({ onEvent, onEnd }: DoorRunsDeps): DoorRuns {
  const going = new Map<string, AbortController>();
  const ends = new Set<Promise<void>>();
  const controllers = new Set<AbortController>();

  const follow = async (start: StartRun, controller: AbortController, tell: (begun: BegunRun) => void) => {
    let begun: BegunRun | undefined;
    const listen = (event: RunEvent): void => {
      if (event.type === 'run.started') {
        begun = event;
        going.set(event.runId, controller);
        tell(event);
      }
      onEvent(event);
    };
    const end = (outcome: 'succeeded' | 'failed' | 'cancelled'): void => {
      if (begun === undefined) return;
      going.delete(begun.runId);
      onEnd(begun, outcome);
    };
    controllers.add(controller);
    try {
      await start({ signal: controller.signal, onEvent: listen });
      end('succeeded');
    } catch (error) {
      end(isAppError(error, 'run.cancelled') ? 'cancelled' : 'failed');
      throw error;
    } finally {
      controllers.delete(controller);
    }
  };

  return {
    begin: (start) =>
      new Promise((resolve, reject) => {
        const ended: Promise<void> = follow(start, new AbortController(), ({ runId }) => resolve(runId))
          // A run that ended without having begun, a fake's or a bug's, must not leave its asker waiting.
          .then(() => reject(new AppError('internal.bug', { message: 'A run ended before it began.' })))
          .catch((error: unknown) => reject(error instanceof Error ? error : new Error(String(error))))
          .finally(() => ends.delete(ended));
        ends.add(ended);
      }),
    cancel(runId) {
      const controller = going.get(runId);
      controller?.abort(new AppError('run.cancelled'));
      return controller !== undefined;
    },
    async [Symbol.asyncDispose]() {
      for (const controller of controllers) controller.abort(new AppError('run.cancelled'));
      await Promise.allSettled(ends);
    },
  };
}

/** Previews and looks that are being made, by the name that the interface gave them. Those of one session. */
export interface Drafts extends Disposable {
  /** One of the same name is given up first. */
  make<T>(draftId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  abandon(draftId: string): void;
}

export function createDrafts(): Drafts {
  const going = new Map<string, AbortController>();
  const abandon = (draftId: string): void => {
    going.get(draftId)?.abort(new AppError('run.cancelled'));
    going.delete(draftId);
  };
  return {
    async make(draftId, work) {
      abandon(draftId);
      const controller = new AbortController();
      going.set(draftId, controller);
      try {
        return await work(controller.signal);
      } finally {
        if (going.get(draftId) === controller) going.delete(draftId);
      }
    },
    abandon,
    [Symbol.dispose]() {
      for (const draftId of [...going.keys()]) abandon(draftId);
    },
  };
}
