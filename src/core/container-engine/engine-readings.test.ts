import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BuildQueue } from './build-queue.ts';
import { withTag } from './dockerode-images.ts';
import { readEvent, SeenEvents } from './event-watch.ts';
import type { ImageLook, ImageProgress } from './image.ts';
import { readJsonLines } from './json-lines.ts';
import { BuildProgress, LayerProgress } from './layer-progress.ts';
import { FrameParser } from './log-demux.ts';
import { isOfNothing, readUsage } from './usage.ts';

function frame(kind: number, payload: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(Buffer.byteLength(payload), 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

describe('what an engine sends', () => {
  it('two streams come apart, wherever they were cut', () => {
    const all = Buffer.concat([frame(1, 'out'), frame(2, ''), frame(2, 'err'), frame(1, 'more')]);
    for (const size of [1, 3, 7, 8, 9, all.length]) {
      const parser = new FrameParser();
      const got = { stdout: '', stderr: '' };
      for (let at = 0; at < all.length; at += size) {
        for (const { stream, payload } of parser.push(all.subarray(at, at + size))) got[stream] += payload.toString();
      }
      expect(got, `pieces of ${String(size)}`).toEqual({ stdout: 'outmore', stderr: 'err' });
    }
  });

  it('one value a line, also in the middle of a character', async () => {
    const all = Buffer.from('{"a":"ü"}\r\n\n{"b":2}\n{"c":3}');
    const pieces = [...all].map((byte) => Buffer.from([byte]));
    const values: unknown[] = [];
    for await (const value of readJsonLines(Readable.from(pieces))) values.push(value);
    expect(values).toEqual([{ a: 'ü' }, { b: 2 }, { c: 3 }]);
  });

  it('usage is of one second, without what the kernel could give up', () => {
    const cpu = (total: number, system: number) => ({
      cpu_usage: { total_usage: total },
      system_cpu_usage: system,
      online_cpus: 4,
    });
    const stats = {
      read: '2026-01-02T03:04:05.5Z',
      precpu_stats: cpu(1_000, 10_000),
      cpu_stats: cpu(1_500, 11_000),
      memory_stats: { usage: 900, limit: 2_000, stats: { inactive_file: 100 } },
      networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
      pids_stats: { current: 3 },
    };
    const usage = { cpus: 2, memoryBytes: 800, memoryLimitBytes: 2_000, receivedBytes: 11, sentBytes: 22, pids: 3 };
    expect(readUsage(stats as never)).toEqual({ ...usage, at: Date.parse('2026-01-02T03:04:05.5Z') });
    const first = { ...stats.memory_stats, stats: { inactive_file: 100, total_inactive_file: 300 } };
    expect(readUsage({ ...stats, memory_stats: first })?.memoryBytes).toBe(600);
    // The first one is of no second yet.
    expect(readUsage({ ...stats, precpu_stats: { cpu_usage: { total_usage: 0 } } })).toBeUndefined();
    expect(isOfNothing(stats as never)).toBe(false);
    expect(isOfNothing({ read: '0001-01-01T00:00:00Z', memory_stats: {} })).toBe(true);
  });

  it('layers are added up, and one that is complete is whole', () => {
    const progress = new LayerProgress();
    const at = (id: string, status: string, current?: number, total?: number): ImageProgress | undefined =>
      progress.take({
        id,
        status,
        progressDetail: { ...(current !== undefined && { current }), ...(total !== undefined && { total }) },
      });
    expect(progress.take({ status: 'Pulling from library/debian', id: 'bookworm' })).toEqual({
      line: 'Pulling from library/debian',
    });
    expect(at('a', 'Pulling fs layer')).toBeUndefined();
    expect(at('a', 'Downloading', 10, 100)).toEqual({ done: 10, total: 100, unit: 'bytes' });
    expect(at('b', 'Downloading', 5, 50)).toEqual({ done: 15, total: 150, unit: 'bytes' });
    expect(at('a', 'Download complete')).toEqual({ done: 105, total: 150, unit: 'bytes' });
    expect(at('a', 'Extracting', 1, 100)).toBeUndefined();
    expect(progress.take({ status: 'Status: Downloaded newer image' })).toEqual({
      line: 'Status: Downloaded newer image',
    });
  });

  it('a build tells its steps, and what it is built from', () => {
    const progress = new BuildProgress();
    expect(progress.take({ stream: 'Step 1/3 : FROM node:24\n' })).toMatchObject({ done: 0, total: 3, unit: 'items' });
    expect(progress).toMatchObject({ isAtBase: true, base: 'node:24' });
    expect(progress.take({ stream: 'Step 2/3 : RUN npm i' })).toMatchObject({ done: 1, total: 3 });
    expect(progress.isAtBase).toBe(false);
    expect(progress.take({ stream: '\n' })).toBeUndefined();
    for (let line = 0; line < 50; line += 1) progress.take({ stream: `line ${String(line)}\n` });
    expect(progress.lastLines).toHaveLength(20);
    expect(progress.lastLines.at(-1)).toBe('line 49');
  });

  it('an event that comes again after a break is known', () => {
    const seen = new SeenEvents();
    const event = (time: number, nano: number) => ({
      Type: 'container',
      Action: 'start',
      Actor: { ID: 'a' },
      time,
      timeNano: nano,
    });
    expect(seen.since).toBeUndefined();
    expect(seen.isNew(event(10, 10_500))).toBe(true);
    expect(seen.isNew(event(10, 10_600))).toBe(true);
    expect(seen.since).toBe('10');
    for (const again of [event(9, 9_000), event(10, 10_500), event(10, 10_600)]) expect(seen.isNew(again)).toBe(false);
    expect(seen.isNew(event(10, 10_700))).toBe(true);
    expect(seen.isNew(event(11, 11_000))).toBe(true);
    expect(readEvent(event(11, 11_000_000_000))).toEqual({
      type: 'container',
      action: 'start',
      id: 'a',
      attributes: {},
      at: 11_000,
    });
  });

  it.each([
    ['debian', 'debian:latest'],
    ['debian:12', 'debian:12'],
    ['localhost:5000/a/b', 'localhost:5000/a/b:latest'],
    ['ghcr.io/a/b@sha256:00', 'ghcr.io/a/b@sha256:00'],
  ])('only one tag of %s is meant', (reference, whole) => {
    expect(withTag(reference)).toBe(whole);
  });
});

describe('builds', () => {
  const image: ImageLook = { id: 'sha256:1', tags: [], digests: [], labels: {}, sizeBytes: 1, arch: 'amd64', user: '' };

  it('run one at a time, and one for all who wait', async () => {
    const queue = new BuildQueue();
    const log: string[] = [];
    const build = (name: string) => async (onProgress: (progress: ImageProgress) => void) => {
      log.push(`begins ${name}`);
      onProgress({ line: name });
      await turn();
      log.push(`ends ${name}`);
      return image;
    };
    const heard: string[] = [];
    const hear = (progress: ImageProgress): void => void heard.push(progress.line ?? '');
    await Promise.all([
      queue.run('a', build('a'), hear),
      queue.run('a', build('a again'), hear),
      queue.run('b', build('b'), () => undefined),
    ]);
    expect(log).toEqual(['begins a', 'ends a', 'begins b', 'ends b']);
    expect(heard).toEqual(['a', 'a']);
    await queue.run('a', build('a later'), () => undefined);
    expect(log.at(-1)).toBe('ends a later');
  });

  it('go on while anybody waits, and a failed one is not in the way of the next', async () => {
    const queue = new BuildQueue();
    const stops = [new AbortController(), new AbortController()] as const;
    let isStopped = false;
    const build = (_tell: unknown, signal: AbortSignal): Promise<ImageLook> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          isStopped = true;
          reject(new Error('stopped'));
        });
      });
    const waits = stops.map(({ signal }) => queue.run('a', build, () => undefined, { signal }));
    const failed = Promise.allSettled(waits);
    await turn();
    stops[0].abort(new Error('first'));
    await turn();
    expect(isStopped).toBe(false);
    stops[1].abort(new Error('second'));
    expect((await failed).map((one) => (one.status === 'rejected' ? String(one.reason) : ''))).toEqual([
      'Error: first',
      'Error: second',
    ]);
    expect(isStopped).toBe(true);
    expect(
      await queue.run(
        'a',
        () => Promise.resolve(image),
        () => undefined,
      ),
    ).toBe(image);
  });
});
