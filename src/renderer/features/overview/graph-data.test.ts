import { describe, expect, it } from 'vitest';
import type { MetricSample } from '../../../shared/contract/instance.ts';
import { buildGraph, DAY_MS } from './graph-data.ts';

const sample = (at: number, cpu = 0): MetricSample => ({
  at,
  cpu,
  memoryUsedBytes: 0,
  memoryTotalBytes: 1,
  diskUsedBytes: 0,
  diskTotalBytes: 1,
});
const cpu = (one: MetricSample): number => one.cpu;

describe('buildGraph', () => {
  it('keeps every sample where there is room', () => {
    const samples = [sample(5_000, 0.1), sample(10_000, 0.2), sample(15_000, 0.3)];
    const graph = buildGraph(samples, cpu, { fromMs: 0, toMs: 20_000, most: 100 });
    expect(graph).toEqual({ times: [5, 10, 15], values: [0.1, 0.2, 0.3] });
  });

  it('keeps the peaks of a day in a few points', () => {
    const samples = Array.from({ length: 17_280 }, (_, index) => sample(index * 5_000, index === 9_001 ? 0.97 : 0.1));
    const { times, values } = buildGraph(samples, cpu, { fromMs: 0, toMs: DAY_MS, most: 300 });
    expect(times.length).toBeLessThanOrEqual(301);
    expect(Math.max(...values.map((value) => value ?? 0))).toBe(0.97);
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))).toBe(true);
  });

  it('draws no line through a time in which nobody looked', () => {
    const graph = buildGraph([sample(1_000, 0.1), sample(600_000, 0.2)], cpu, {
      fromMs: 0,
      toMs: 700_000,
      most: 1_000,
    });
    expect(graph.values).toEqual([0.1, null, 0.2]);
  });

  it('leaves out what lies outside', () => {
    const samples = [sample(1), sample(50), sample(101)];
    expect(buildGraph(samples, cpu, { fromMs: 10, toMs: 100, most: 10 }).times).toEqual([0.05]);
  });
});
