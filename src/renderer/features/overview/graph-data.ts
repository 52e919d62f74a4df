import type { MetricSample } from '../../../shared/contract/instance.ts';

/** Times in seconds, as the graph wants them, and one row of values each; null is a hole. */
export interface GraphData {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Without a look for so long there is a hole: nobody watched, or the machine was away. */
const HOLE_MS = 300_000;

/**
 * The samples of a span as at most `most` points. Of many samples that fall on one point the highest counts: what a person
 * looks for are peaks. Pure.
 */
export function buildGraph(
  samples: readonly MetricSample[],
  valueOf: (sample: MetricSample) => number,
  span: { readonly fromMs: number; readonly toMs: number; readonly most: number },
): GraphData {
  const widthMs = Math.max(1, (span.toMs - span.fromMs) / span.most);
  const times: number[] = [];
  const values: (number | null)[] = [];
  let bucket = -1;
  let previousMs: number | undefined;
  for (const sample of samples) {
    if (sample.at < span.fromMs || sample.at > span.toMs) continue;
    const value = valueOf(sample);
    if (previousMs !== undefined && sample.at - previousMs > Math.max(HOLE_MS, widthMs * 2)) {
      times.push((previousMs + 1) / 1000);
      values.push(null);
      bucket = -1;
    }
    previousMs = sample.at;
    const here = Math.floor((sample.at - span.fromMs) / widthMs);
    const before = values.at(-1);
    if (here === bucket && typeof before === 'number') {
      values[values.length - 1] = Math.max(before, value);
    } else {
      bucket = here;
      times.push(sample.at / 1000);
      values.push(value);
    }
  }
  return { times, values };
}
