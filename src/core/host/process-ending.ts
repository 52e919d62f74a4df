/** How long a process that was asked to end may take to tidy up. */
const END_GRACE_MS = 2_000;
/**
 * Then it is asked once more, and given this long: a signal that comes while a shell starts a program can be lost to both
 * (dash drops it in the child, and itself waits for the child). No sooner, or it would hit what tidies up.
 */
const SECOND_GRACE_MS = 500;
/** How long after the kill its streams are waited for before they are let go. */
const LET_GO_MS = 1_000;
/** The longest that ending a process takes. */
export const MOST_ENDING_MS = END_GRACE_MS + SECOND_GRACE_MS + LET_GO_MS;

export interface Endable {
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<void>;
  /** Closes what still ties us to the process. */
  letGo(): void;
}

/**
 * Ends a process: asks it to, twice, kills it when it does not, and lets go of it in any case. Takes no longer than
 * `MOST_ENDING_MS`.
 */
export async function endProcess(process: Endable): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGTERM', END_GRACE_MS],
    ['SIGTERM', SECOND_GRACE_MS],
    ['SIGKILL', LET_GO_MS],
  ] as const) {
    process.kill(signal);
    if (await settlesWithin(process.ended, waitMs)) break;
  }
  process.letGo();
}

export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
