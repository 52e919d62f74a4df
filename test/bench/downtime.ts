import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 100;
const PATIENCE_MS = 2000;

export interface DowntimeWatch extends AsyncDisposable {
  /** The longest time between two answers, once it answers again. */
  finish(): Promise<number>;
}

/** Asks a gateway on a port of this computer ten times a second whether it answers. */
export function watchDowntime(port: number): DowntimeWatch {
  let [isOver, longest] = [false, 0];
  let lastGood: number | undefined;
  const look = async (): Promise<void> => {
    while (!isOver) {
      if (await answers(port)) {
        const now = performance.now();
        longest = Math.max(longest, now - (lastGood ?? now));
        lastGood = now;
      }
      await sleep(EVERY_MS);
    }
  };
  const looking = look();
  const end = async (): Promise<void> => {
    isOver = true;
    await looking;
  };
  return {
    async finish() {
      while (!(await answers(port))) await sleep(EVERY_MS);
      await sleep(2 * EVERY_MS);
      await end();
      return longest;
    },
    [Symbol.asyncDispose]: end,
  };
}

export async function answers(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return (await fetch(`http://127.0.0.1:${String(port)}/healthz`, { signal })).ok;
  } catch {
    // Nobody answers: that is what is looked for.
    return false;
  }
}
