import { describe, expect, it } from 'vitest';
import type { MetricSample } from '../shared/contract/instance.ts';
import { addSample } from './metric-samples.ts';

const DAY_MS = 86_400_000;
const sample = (at: number): MetricSample => ({
  at,
  cpu: 0,
  memoryUsedBytes: 0,
  memoryTotalBytes: 1,
  diskUsedBytes: 0,
  diskTotalBytes: 1,
});

describe('addSample', () => {
  it('keeps one day', () => {
    const kept = addSample([sample(0), sample(DAY_MS)], sample(DAY_MS + 10));
    expect(kept.map((one) => one.at)).toEqual([DAY_MS, DAY_MS + 10]);
  });

  it('takes no sample twice', () => {
    const samples = [sample(10)];
    expect(addSample(samples, sample(10))).toBe(samples);
  });
});
