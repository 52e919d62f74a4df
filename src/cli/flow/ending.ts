import type { Session } from '../session.ts';

interface Ending extends Disposable {
  readonly signal: AbortSignal;
  /** Fulfilled when it is told. */
  readonly told: Promise<void>;
}

/** For what goes on until a person ends it: Ctrl-C is how they do. Disposed of, interrupts have their usual meaning again. */
export function openEnding(session: Session): Ending {
  const asked = new AbortController();
  const forget = session.handleInterrupts(() => {
    asked.abort();
  });
  const signal = AbortSignal.any([session.signal, asked.signal]);
  const told = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  return { signal, told, [Symbol.dispose]: forget };
}
