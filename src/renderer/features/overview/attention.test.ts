import { describe, expect, it } from 'vitest';
import { instanceViewSchema, type InstanceState, type InstanceStatusView } from '../../../shared/contract/instance.ts';
import type { MetricSample } from '../../../shared/contract/instance.ts';
import { findAttention, readProvider } from './attention.ts';

const instance = instanceViewSchema.parse({
  id: 'i-0123456789abcdef',
  name: 'home',
  target: { kind: 'local' },
  createdAt: '2026-11-01T10:00:00.000Z',
  phase: 'deployed',
  version: '2026.9.6',
  nodeVersion: '24.21.0',
  port: 18789,
  provider: 'openrouter',
  telemetry: false,
  installer: 'pinned',
});
const status = (state: InstanceState): InstanceStatusView => ({
  instanceId: instance.id,
  state,
  because: 'It says why.',
  at: '2026-11-21T10:00:00.000Z',
});
const sample = (memory: number, disk: number, diskTotal = 100): MetricSample => ({
  at: 0,
  cpu: 0,
  memoryUsedBytes: memory,
  memoryTotalBytes: 100,
  diskUsedBytes: disk,
  diskTotalBytes: diskTotal,
});
const ids = (of: Partial<Parameters<typeof findAttention>[0]>): string[] =>
  findAttention({ instance, status: status('running'), sample: sample(50, 50), lastRun: undefined, ...of }).map(
    ({ id }) => id,
  );

describe('findAttention', () => {
  it('is quiet while all is well, or while nothing is known', () => {
    expect(ids({})).toEqual([]);
    expect(ids({ status: undefined, sample: undefined })).toEqual([]);
  });

  it('names what is nearly full', () => {
    expect(ids({ sample: sample(95, 91) })).toEqual(['disk', 'memory']);
  });

  it('calls no disk full whose size nobody knows', () => {
    expect(ids({ sample: sample(50, 91, 0) })).toEqual([]);
  });

  it('names what is open and should not be, and not what is somebody else’s', () => {
    const finding = (level: 'warn' | 'bad') => ({ id: 'port', title: 'Port', level, because: 'It answers.' });
    const exposure = (level: 'warn' | 'bad') => ({ at: '', reachableFrom: '', findings: [finding(level)] });
    expect(ids({ exposure: exposure('bad'), sample: sample(95, 0) })).toEqual(['exposure', 'memory']);
    expect(ids({ exposure: exposure('warn') })).toEqual([]);
  });

  it('names the failure first, in its own words', () => {
    expect(ids({ status: status('failed'), sample: sample(0, 99) })).toEqual(['failed', 'disk']);
    expect(
      findAttention({ instance, status: status('failed'), sample: undefined, lastRun: undefined })[0]?.message,
    ).toBe('It says why.');
  });

  it('asks for a provider only where it runs', () => {
    const { provider, ...without } = instance;
    expect(provider).toBe('openrouter');
    expect(ids({ instance: without })).toEqual(['provider']);
    expect(ids({ instance: without, status: status('stopped') })).toEqual([]);
  });

  it('asks for none where a model is chosen, which names its provider', () => {
    const { provider, ...without } = instance;
    expect(ids({ instance: { ...without, model: 'acme/m1' } })).toEqual([]);
    expect(readProvider({ ...without, model: 'openrouter/meta/llama' })).toBe('openrouter');
    expect(readProvider({ provider, model: 'acme/m1' })).toBe('openrouter');
    expect(readProvider(without)).toBeUndefined();
  });

  it('leads to where a key is given', () => {
    const { provider, ...without } = instance;
    expect(provider).toBe('openrouter');
    const [found] = findAttention({
      instance: without,
      status: status('running'),
      sample: undefined,
      lastRun: undefined,
    });
    expect(found?.remedy).toEqual({ is: 'tab', tab: 'agent' });
  });
});
