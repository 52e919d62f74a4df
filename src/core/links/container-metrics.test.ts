import { expect, test } from 'vitest';
import { FakeEngine } from '../container-engine/fake/fake-engine.ts';
import { createMeter, readContainerMetrics } from './container-metrics.ts';
import { buildSample, type Reading } from './metric-reading.ts';

const rest = { memoryUsedBytes: 0, memoryTotalBytes: 0, diskUsedBytes: 0, diskTotalBytes: 0 };

test('how busy it is is told as a share of what it may take', () => {
  const meter = createMeter(2);
  const tell = (at: number, cpus: number): Reading | undefined => {
    const busy = meter({ at, cpus });
    return busy === undefined ? undefined : { ...busy, ...rest };
  };
  const first = tell(0, 0);
  const second = tell(1_000, 1);
  if (first === undefined || second === undefined) throw new Error('it is told twice at once');
  expect(buildSample(first, second, 0).cpu).toBeCloseTo(0.5);
  for (const at of [2_000, 3_000, 4_000, 5_000]) expect(tell(at, 2)).toBeUndefined();
  const third = tell(6_000, 2);
  if (third === undefined) throw new Error('it is told every five seconds');
  expect(buildSample(second, third, 0).cpu).toBeCloseTo(1);
});

test('a burst above what it may take counts as all of it', () => {
  const meter = createMeter(0.5);
  const readings = [meter({ at: 0, cpus: 0 }), meter({ at: 1_000, cpus: 4 })];
  expect(readings[1]).toEqual({ cpuTotal: 500, cpuIdle: 0 });
});

test('memory is that of the container, its disk what its volumes hold', async () => {
  const engine = new FakeEngine({
    images: ['i'],
    usageEveryMs: 5,
    usage: () => ({ cpus: 0.1, memoryBytes: 7, memoryLimitBytes: 10, receivedBytes: 0, sentBytes: 0, pids: 3 }),
  });
  await engine.networks.create({ name: 'n', labels: {}, subnet: '10.213.0.0/28', gateway: '10.213.0.1' });
  const id = await engine.containers.create({
    name: 'c',
    image: 'i',
    hostname: 'c',
    env: {},
    labels: {},
    init: true,
    network: { name: 'n', address: '10.213.0.2' },
    volumes: { '/state': 'v' },
    publish: [],
    memoryBytes: 10,
    cpus: 1,
    pids: 10,
    restart: 'no',
    stopSeconds: 1,
    capabilities: [],
    logs: { maxBytes: 1000, files: 1 },
  });
  await engine.containers.start(id);
  const content = Buffer.from('12345');
  await engine.containers.putFiles(id, '/state', [{ path: 'f', mode: 0o600, uid: 0, gid: 0, content }]);
  const stop = new AbortController();
  const readings: Reading[] = [];
  const onReading = (reading: Reading): void => {
    readings.push(reading);
    if (readings.length === 2) stop.abort();
  };
  await readContainerMetrics(engine, { container: 'c', volumes: ['v'], cpus: 1 }, onReading, stop.signal);
  expect(readings[1]).toMatchObject({ memoryUsedBytes: 7, memoryTotalBytes: 10, diskUsedBytes: 5, diskTotalBytes: 0 });
});
