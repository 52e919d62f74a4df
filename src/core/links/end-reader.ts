import type { LinkEnd } from './link-end.ts';
import { Pulse } from './pulse.ts';
import type { Way } from './way.ts';

/** Before a machine that would not say what it is asked gets asked again. */
const AGAIN_AFTER_MS = 30_000;

export interface EndReaderOptions {
  readonly way: Way<LinkEnd>;
  /** Reads until the signal aborts, or until it cannot. */
  readonly read: (end: LinkEnd, signal: AbortSignal) => Promise<void>;
  readonly againAfterMs?: number;
}

/** Holds the way to a machine and reads there whenever it is open, until disposal. */
export class EndReader implements AsyncDisposable {
  readonly #options: EndReaderOptions;
  readonly #pulse = new Pulse();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: EndReaderOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#pulse.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { way, read, againAfterMs = AGAIN_AFTER_MS } = this.#options;
    const held = way.hold();
    const listening = way.onChange(() => this.#pulse.wake());
    while (!this.#stop.signal.aborted) {
      if (way.state.is === 'open') {
        const { end } = way.state;
        // Whether the machine would not or the way broke: the same look comes again.
        await read(end, AbortSignal.any([this.#stop.signal, end.host.closed])).catch(() => undefined);
        await this.#pulse.pause(againAfterMs);
      } else await this.#pulse.pause();
    }
    listening[Symbol.dispose]();
    held[Symbol.dispose]();
  }
}
