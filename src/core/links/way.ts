import { toAppError, type AppError } from '../../shared/app-error.ts';
import type { ErrorCode } from '../../shared/error-catalogue.ts';
import type { Host } from '../host/host.ts';
import { closedHere } from './closed-here.ts';

/** A way that nobody uses is kept this long: whoever goes from one view to the next needs it again. */
const LINGER_MS = 30_000;
/** Before the first, second, … try to open again; the last one counts for all that follow. */
const RETRY_AFTER_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/**
 * The same after a login that was refused: a server that starts refuses everybody but root for a while (/run/nologin), an agent
 * comes with its desktop. Slow enough for those who count refusals: fail2ban five in 10 min, pam_faillock three in 15 min.
 */
const AFTER_REFUSAL_MS: readonly number[] = [5 * 60_000, 15 * 60_000];
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'host.auth-failed',
  'host.identity-unusable',
  'host.agent-unavailable',
]);

/** What a way leads to, while it is open. */
export interface WayEnd extends AsyncDisposable {
  readonly host: Host;
}

export type WayState<E extends WayEnd> =
  | { readonly is: 'closed' }
  | { readonly is: 'opening' }
  | { readonly is: 'open'; readonly end: E }
  /** Tried again in a while where that makes sense and somebody holds it. */
  | { readonly is: 'down'; readonly error: AppError };

export interface WayOptions<E extends WayEnd> {
  readonly open: (signal: AbortSignal) => Promise<E>;
  readonly lingerMs?: number;
  readonly retryAfterMs?: readonly number[];
  readonly afterRefusalMs?: readonly number[];
}

/** One connection to a machine for all who need it, opened when it is needed and opened again while somebody holds it. */
export class Way<E extends WayEnd> implements AsyncDisposable {
  readonly #options: WayOptions<E>;
  readonly #listeners = new Set<(state: WayState<E>) => void>();
  readonly #disposing = new AbortController();
  readonly #closing = new Set<Promise<void>>();
  #state: WayState<E> = { is: 'closed' };
  #opening: Promise<E> | undefined;
  #holders = 0;
  #failures = 0;
  #refusals = 0;
  #hasOpened = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WayOptions<E>) {
    this.#options = options;
  }

  get state(): WayState<E> {
    return this.#state;
  }

  /** Told of every change from now on. */
  onChange(listener: (state: WayState<E>) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The end of the way, opened now where it is not. @throws AppError that says why it cannot be */
  use(): Promise<E> {
    if (this.#disposing.signal.aborted) return Promise.reject(closedHere());
    if (this.#state.is === 'open') return Promise.resolve(this.#state.end);
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** From now until disposal the way is opened whenever it can be. */
  hold(): Disposable {
    this.#holders += 1;
    this.retry();
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#holders -= 1;
        this.#schedule();
      },
    };
  }

  /** Does not wait for the next try, nor for a person: something has changed that may let it open. */
  retry(): void {
    if (this.#holders === 0 || this.#disposing.signal.aborted) return;
    if (this.#state.is === 'open') this.#schedule();
    else this.use().catch(() => undefined);
  }

  async #open(): Promise<E> {
    clearTimeout(this.#timer);
    this.#set({ is: 'opening' });
    let end: E;
    try {
      end = await this.#options.open(this.#disposing.signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      this.#fail(error);
      throw error;
    }
    if (this.#disposing.signal.aborted) {
      await end[Symbol.asyncDispose]();
      throw closedHere();
    }
    this.#failures = 0;
    this.#refusals = 0;
    this.#hasOpened = true;
    const { closed } = end.host;
    const onLost = (): void => {
      if (this.#state.is !== 'open' || this.#state.end !== end) return;
      this.#letGo(end);
      this.#fail(toAppError(closed.reason));
    };
    this.#set({ is: 'open', end });
    closed.addEventListener('abort', onLost, { once: true });
    if (closed.aborted) onLost();
    this.#schedule();
    return end;
  }

  #fail(error: AppError): void {
    this.#set({ is: 'down', error });
    this.#schedule();
    if (REFUSALS.has(error.code)) this.#refusals += 1;
    else this.#failures += 1;
  }

  /** What has to happen to a way that is as it is now, without anybody asking. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#disposing.signal.aborted) return;
    if (this.#state.is === 'open') {
      if (this.#holders === 0) this.#timer = setTimeout(() => this.#close(), this.#options.lingerMs ?? LINGER_MS);
    } else if (this.#state.is === 'down' && this.#holders > 0) {
      const pauseMs = this.#pauseAfter(this.#state.error);
      if (pauseMs !== undefined) this.#timer = setTimeout(() => this.retry(), pauseMs);
    }
  }

  /** Undefined: only a person can help. */
  #pauseAfter(error: AppError): number | undefined {
    const { retryAfterMs = RETRY_AFTER_MS, afterRefusalMs = AFTER_REFUSAL_MS } = this.#options;
    if (error.retry) return retryAfterMs[Math.min(this.#failures, retryAfterMs.length - 1)];
    if (!REFUSALS.has(error.code)) return undefined;
    // A password that has never worked is wrong, and each repetition may lock the account.
    if (!this.#hasOpened && hasTriedPassword(error)) return undefined;
    return afterRefusalMs[Math.min(this.#refusals, afterRefusalMs.length - 1)];
  }

  #close(): void {
    if (this.#state.is !== 'open') return;
    const { end } = this.#state;
    this.#set({ is: 'closed' });
    this.#letGo(end);
  }

  #letGo(end: E): void {
    const closing = Promise.resolve(end[Symbol.asyncDispose]()).catch(() => undefined);
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  #set(state: WayState<E>): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposing.abort(closedHere());
    clearTimeout(this.#timer);
    await this.#opening?.catch(() => undefined);
    this.#close();
    await Promise.all(this.#closing);
    this.#listeners.clear();
  }
}

/** By what the login was tried with, as `ssh-auth.ts` tells it. Pure. */
function hasTriedPassword({ details }: AppError): boolean {
  const tried = details?.['tried'];
  return Array.isArray(tried) && tried.some((one) => typeof one === 'string' && one.startsWith('password'));
}
