import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { runEventSchema, type RunEvent, type RunEventBody, type RunSnapshot } from '../../shared/model/run.ts';
import { reduceRun } from '../../shared/run-reducer.ts';
import { makePrivateDir, PRIVATE_FILE, syncDir } from '../system/atomic-file.ts';
import { onFile, toFileError } from '../system/file-error.ts';
import type { Clock } from '../system/ids.ts';
import { readOwnIdentity } from '../system/process-identity.ts';
import { boundEvent, formatFooter, formatHeader, isLast } from './journal-format.ts';
import { isRunAlive, journalPath, listRuns, readRun } from './journal-reader.ts';
import { pruneRuns } from './journal-rotation.ts';

/** What one run may write. After that its output is not recorded any more, only what happens to its steps. */
export const MAX_RUN_BYTES = 10 * 1024 * 1024;
/** How often a step's progress is told: a person sees no more, and a download would speak thousands of times. */
export const PROGRESS_EVERY_MS = 200;

export type RunListener = (event: RunEvent) => void;

/** The log of a run that goes on: who has it open is the process that runs it. */
export interface RunJournal extends AsyncDisposable {
  readonly runId: RunId;
  /**
   * Numbers and dates an event, folds it, writes it down and tells the listeners, in this order and at once: what was told
   * is in the file even if the process is killed. The start and the end are forced to the disk. Nothing follows the end:
   * what is emitted after it is dropped.
   */
  emit(body: RunEventBody): void;
  /** The returned function ends it. A listener that throws is reported and does not disturb the run. */
  listen(listener: RunListener): () => void;
  /** What the events so far fold to. Only after `run.started`. */
  snapshot(): RunSnapshot;
}

/** The logs of all runs of a data folder, whichever process runs them. */
export interface Runs extends RunsOptions {
  /** With the last lines of every step. Undefined: there is no log. */
  read(runId: RunId): Promise<RunSnapshot | undefined>;
  /** The newest first, without the lines that their steps spoke. */
  list(): Promise<RunSnapshot[]>;
  /** Whether it has not ended and its process lives: what a lease asks about a run of the same installation. */
  isAlive(runId: RunId): Promise<boolean>;
}

export interface RunsOptions {
  readonly dir: string;
  readonly clock: Clock;
  /** Told when a log can not be written any more (a full disk; the run itself goes on) or not be read. */
  readonly onProblem: (error: AppError) => void;
}

export function createRuns(options: RunsOptions): Runs {
  const { dir, onProblem } = options;
  return {
    ...options,
    read: (runId) => readRun(dir, runId),
    list: () => listRuns(dir, onProblem),
    isAlive: (runId) => isRunAlive(dir, runId),
  };
}

/** Begins the log of a new run, and lets go of the oldest ones. Disposing closes it, and ends a run that nobody has ended. */
export async function openJournal(runs: RunsOptions, runId: RunId): Promise<RunJournal> {
  const path = journalPath(runs.dir, runId);
  const process = await readOwnIdentity();
  const file = await onFile(path, async () => {
    await makePrivateDir(runs.dir);
    const opened = openSync(path, 'ax', PRIVATE_FILE);
    try {
      appendFileSync(opened, formatHeader({ runId, process }));
      await syncDir(runs.dir);
    } catch (error) {
      closeSync(opened);
      await rm(path, { force: true });
      throw error;
    }
    return opened;
  });
  // Tidying up is not what the person asked for: it must not keep the run from starting.
  await pruneRuns(runs.dir).catch((error: unknown) => runs.onProblem(toAppError(toFileError(error, runs.dir))));
  return createJournal(path, file, runId, runs);
}

function createJournal(path: string, file: number, runId: RunId, { clock, onProblem }: RunsOptions): RunJournal {
  const listeners = new Set<RunListener>();
  const progressAt = new Map<string, number>();
  let snapshot: RunSnapshot | undefined;
  let state: 'open' | 'ended' | 'closed' = 'open';
  let sizeBytes = 0;
  let muted = false;
  let writable = true;

  function write(line: string, force: boolean): void {
    if (!writable) return;
    try {
      appendFileSync(file, line);
      sizeBytes += Buffer.byteLength(line);
      if (force) fsyncSync(file);
    } catch (error) {
      // Half a line may be there: a reader stops at it, and nothing must follow.
      writable = false;
      onProblem(toAppError(toFileError(error, path)));
    }
  }

  function record(body: RunEventBody): void {
    const seq = snapshot === undefined ? 0 : snapshot.seq + 1;
    const event = runEventSchema.parse({ ...boundEvent(body), runId, seq, at: new Date(clock()).toISOString() });
    const folded = reduceRun(snapshot, event);
    if (folded.is === 'gap') throw new Error(`Event ${folded.got} came where ${folded.expected} was due.`);
    snapshot = folded.snapshot;
    const last = isLast(event);
    write(`${JSON.stringify(event)}\n`, event.type === 'run.started');
    if (last) {
      state = 'ended';
      write(formatFooter(snapshot), true);
    }
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        onProblem(toAppError(error));
      }
    }
  }

  function isTooMuch(body: RunEventBody): boolean {
    if (body.type === 'step.progressed') {
      const nowMs = clock();
      const before = progressAt.get(body.stepId);
      if (before !== undefined && nowMs - before < PROGRESS_EVERY_MS && body.done !== body.total) return true;
      progressAt.set(body.stepId, nowMs);
    }
    if (body.type !== 'step.progressed' && body.type !== 'step.spoke') return false;
    if (sizeBytes < MAX_RUN_BYTES) return false;
    if (!muted) {
      muted = true;
      record({
        type: 'step.spoke',
        stepId: body.stepId,
        stream: 'note',
        line: 'The log is full: what is said from here on is not recorded.',
      });
    }
    return true;
  }

  return {
    runId,
    emit(body) {
      if (state === 'open' && !isTooMuch(body)) record(body);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot() {
      if (snapshot === undefined) throw new Error('The run has not been started.');
      return snapshot;
    },
    async [Symbol.asyncDispose]() {
      if (state === 'closed') return;
      if (state === 'open' && snapshot !== undefined) {
        const durationMs = Math.max(0, clock() - Date.parse(snapshot.startedAt));
        record({
          type: 'run.failed',
          error: new AppError('run.interrupted').toReport(),
          stats: { roundTrips: 0, changes: 0, slowCalls: 0, durationMs },
        });
      }
      state = 'closed';
      closeSync(file);
      listeners.clear();
      if (snapshot === undefined) await rm(path, { force: true });
    },
  };
}
