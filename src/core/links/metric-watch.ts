import type { MetricSample } from '../api-link.ts';
import type { LinkEnd } from './link-end.ts';
import { buildSample, type Reading } from './metric-reading.ts';
import { Pulse } from './pulse.ts';
import type { Way } from './way.ts';

/** Before a machine that would not say how busy it is gets asked again. */
const AGAIN_AFTER_MS = 30_000;

export interface MetricWatchOptions {
  readonly way: Way<LinkEnd>;
  readonly tell: (sample: MetricSample) => void;
  readonly now: () => number;
}

/** Holds the way to a machine and tells how busy it is, until disposal. */
export class MetricWatch implements AsyncDisposable {
  readonly #options: MetricWatchOptions;
  readonly #pulse = new Pulse();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: MetricWatchOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#pulse.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { way } = this.#options;
    const held = way.hold();
    const listening = way.onChange(() => this.#pulse.wake());
    while (!this.#stop.signal.aborted) {
      if (way.state.is === 'open') {
        // Whether the machine would not or the way broke: the same look comes again.
        await this.#watchEnd(way.state.end).catch(() => undefined);
        await this.#pulse.pause(AGAIN_AFTER_MS);
      } else await this.#pulse.pause();
    }
    listening[Symbol.dispose]();
    held[Symbol.dispose]();
  }

  async #watchEnd(end: LinkEnd): Promise<void> {
    const { tell, now } = this.#options;
    let before: Reading | undefined;
    await end.readMetrics(
      (reading) => {
        if (before !== undefined && !this.#stop.signal.aborted) tell(buildSample(before, reading, now()));
        before = reading;
      },
      AbortSignal.any([this.#stop.signal, end.host.closed]),
    );
  }
}
