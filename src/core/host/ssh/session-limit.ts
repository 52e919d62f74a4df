import { abortError } from '../abort.ts';

/** sshd opens 10 sessions a connection by default (MaxSessions); some are left for what comes and goes. */
export const MAX_SESSIONS = 8;

/** Lets in so many at once; the others wait their turn. */
export class SessionLimit {
  #limit = MAX_SESSIONS;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  get open(): number {
    return this.#open;
  }

  /** The server allows fewer than we thought: as many as are open beside the one that was refused. */
  lower(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#open - 1));
  }

  /** Resolves when there is room. @throws the reason of a signal that aborts while waiting */
  async enter(...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
    if (this.#open < this.#limit && this.#waiting.length === 0) {
      this.#open += 1;
      return;
    }
    const present = signals.filter((signal) => signal !== undefined);
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        for (const signal of present) signal.removeEventListener('abort', onAbort);
      };
      const onTurn = (): void => {
        stop();
        resolve();
      };
      const onAbort = (): void => {
        stop();
        const place = this.#waiting.indexOf(onTurn);
        if (place >= 0) this.#waiting.splice(place, 1);
        const aborted = present.find((signal) => signal.aborted);
        reject(aborted === undefined ? new Error('Aborted.') : abortError(aborted));
      };
      this.#waiting.push(onTurn);
      for (const signal of present) signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  leave(): void {
    this.#open -= 1;
    while (this.#open < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#open += 1;
      next();
    }
  }
}
