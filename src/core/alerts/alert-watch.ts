import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError, toAppError, type AppError } from '../../shared/app-error.ts';
import type { AlertPolicy } from '../../shared/model/alert.ts';
import { withFileLock } from '../system/file-lock.ts';
import type { Teller } from './teller.ts';
import type { Watcher } from './watcher.ts';

/** How often the clock is looked at; what happens between is told by what watches. */
const TICK_MS = 10_000;
/** Before who does not watch tries to: another door may have ended. */
const TURN_MS = 15_000;

export interface AlertWatchServices {
  /** Held by the one door that watches, as long as it does. */
  readonly lockFile: string;
  readonly readPolicy: () => Promise<AlertPolicy>;
  /** Nobody looks where nobody is to be told. */
  readonly isWanted: () => Promise<boolean>;
  readonly openWatcher: () => Promise<Watcher>;
  /** After the last look, while nobody else looks yet. */
  readonly onEnd: () => Promise<void>;
  /** Tells what only the one that watches tells. */
  readonly teller: Teller;
  /** Tells by what this door has of its own, whoever watches. */
  readonly ownTeller: Teller | undefined;
  /** Told when records of alerts have changed, whoever changed them. */
  readonly onRecords: (listener: () => void) => Disposable;
  readonly onProblem: (error: AppError) => void;
  readonly tickMs?: number;
  readonly turnMs?: number;
}

/** Watches and tells until disposal; where another door does, waits for its turn. */
export function watchAlerts(services: AlertWatchServices): AsyncDisposable {
  const stop = new AbortController();
  const running = Promise.all([takeTurns(services, stop.signal), tellHere(services, stop.signal)]);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function takeTurns(services: AlertWatchServices, signal: AbortSignal): Promise<void> {
  const { lockFile, isWanted, onEnd, turnMs = TURN_MS, onProblem } = services;
  while (!signal.aborted) {
    try {
      if (await isWanted())
        await withFileLock(
          lockFile,
          async () => {
            await watchWhile(services, signal);
            await onEnd();
          },
          { waitMs: 0 },
        );
    } catch (error) {
      // Another door watches.
      if (!isAppError(error, 'state.busy')) onProblem(toAppError(error));
    }
    await pause(turnMs, signal);
  }
}

async function watchWhile(services: AlertWatchServices, signal: AbortSignal): Promise<void> {
  const { isWanted, openWatcher, teller, readPolicy, onProblem, tickMs = TICK_MS } = services;
  await using watcher = await openWatcher();
  while (!signal.aborted && (await isWanted())) {
    try {
      await watcher.tick(await readPolicy());
      await teller.flush(signal);
    } catch (error) {
      onProblem(toAppError(error));
    }
    await pause(tickMs, signal);
  }
}

/** Told as soon as there is something, and looked at now and then for the end of quiet hours. */
async function tellHere({ ownTeller, onRecords, onProblem }: AlertWatchServices, signal: AbortSignal): Promise<void> {
  if (ownTeller === undefined) return;
  let wake = (): void => undefined;
  const listening = onRecords(() => wake());
  while (!signal.aborted) {
    const woken = new AbortController();
    wake = () => woken.abort();
    await ownTeller.flush(signal).catch((error: unknown) => onProblem(toAppError(error)));
    await pause(60_000, AbortSignal.any([signal, woken.signal]));
  }
  listening[Symbol.dispose]();
}

/** Woken by the signal alone, which the loop sees. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
