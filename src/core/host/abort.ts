/** What an aborted signal throws, as an error in any case. */
export function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('Aborted.', { cause: reason });
}

/** Waits no longer than the signals allow. */
export async function raceAbort<T>(promise: Promise<T>, signals: readonly (AbortSignal | undefined)[]): Promise<T> {
  // Who was aborted does not wait for it any more; its failure comes too late for anybody.
  promise.catch(() => undefined);
  const present = signals.filter((signal) => signal !== undefined);
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => {
      const signal = present.find((one) => one.aborted);
      if (signal !== undefined) reject(abortError(signal));
    };
    for (const signal of present) signal.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      for (const signal of present) signal.removeEventListener('abort', onAbort);
    };
    onAbort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}
