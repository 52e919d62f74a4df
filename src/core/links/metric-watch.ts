import type { MetricSample } from '../api-link.ts';
import { EndReader } from './end-reader.ts';
import type { LinkEnd } from './link-end.ts';
import { buildSample, type Reading } from './metric-reading.ts';
import type { Way } from './way.ts';

export interface MetricWatchOptions {
  readonly way: Way<LinkEnd>;
  readonly tell: (sample: MetricSample) => void;
  readonly now: () => number;
}

/** Holds the way to a machine and tells how busy it is, until disposal. */
export function watchMetrics({ way, tell, now }: MetricWatchOptions): AsyncDisposable {
  return new EndReader({
    way,
    async read(end, signal) {
      let before: Reading | undefined;
      await end.readMetrics((reading) => {
        if (before !== undefined && !signal.aborted) tell(buildSample(before, reading, now()));
        before = reading;
      }, signal);
    },
  });
}
