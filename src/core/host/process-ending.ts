/** How long a process that was asked to end may take to tidy up before it is killed. */
export const END_GRACE_MS = 2_000;
/** How long after the kill its streams are waited for before they are let go. */
export const LET_GO_MS = 1_000;

export interface Endable {
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<void>;
  /** Closes what still ties us to the process. */
  letGo(): void;
}

/**
 * Ends a process: asks it to, kills it when it does not, and lets go of it in any case. Takes no longer than
 * `END_GRACE_MS + LET_GO_MS`.
 */
export async function endProcess(process: Endable): Promise<void> {
  process.kill('SIGTERM');
  if (!(await settlesWithin(process.ended, END_GRACE_MS))) {
    process.kill('SIGKILL');
    await settlesWithin(process.ended, LET_GO_MS);
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
