import type { MetricSample } from '../shared/contract/instance.ts';

const DAY_MS = 86_400_000;

/** Adds a sample to those of the last day; what is older goes. Pure. */
export function addSample(samples: readonly MetricSample[], sample: MetricSample): readonly MetricSample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.at <= last.at) return samples;
  const first = samples.findIndex((kept) => kept.at >= sample.at - DAY_MS);
  return [...(first < 0 ? [] : samples.slice(first)), sample];
}
