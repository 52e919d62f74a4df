import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/app-error.ts';
import { parseEntry, type LogEntry, type LogQuery, type LogSource } from '../../../shared/model/log.ts';
import type { Emit, FeedQuery, LogFeed } from './log-feed.ts';
import { mergeFeeds } from './merge-feeds.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 6, 0, second)).toISOString();
const entry = (second: number, source: LogSource, words = `line ${String(second)}`): LogEntry => ({
  at: at(second),
  source,
  level: 'info',
  text: words,
});
const feed = (
  source: LogSource,
  read: (emit: Emit, signal: AbortSignal, query: FeedQuery) => Promise<void>,
): LogFeed => ({
  sources: [source],
  read: (query, emit, signal) => read(emit, signal, query),
});
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );
const open = (feeds: LogFeed[], query: Partial<LogQuery> = {}, signal = new AbortController().signal) =>
  mergeFeeds({
    feeds,
    query: { lines: 100, follow: false, ...query },
    signal,
    strike: (words) => words.replace('hunter22', '[redacted]'),
  });
const read = async (feeds: LogFeed[], query: Partial<LogQuery> = {}): Promise<LogEntry[]> =>
  (await text(open(feeds, query)))
    .split('\n')
    .filter(Boolean)
    .map((line) => parseEntry(line) ?? expect.fail(line));

const gateway = feed('gateway', async (emit) => {
  await emit([entry(1, 'gateway'), entry(4, 'gateway', '\u001b[31mhunter22 \u0007')]);
});
const service = feed('service', async (emit) => {
  await emit([entry(2, 'service'), entry(3, 'service')]);
});

describe('feeds as one', () => {
  it('are in the order of their times, clean and without secrets', async () => {
    const entries = await read([gateway, service]);
    expect(entries.map((each) => [each.source, each.text])).toEqual([
      ['gateway', 'line 1'],
      ['service', 'line 2'],
      ['service', 'line 3'],
      ['gateway', '[redacted] ␇'],
    ]);
  });

  it('are narrowed to what is asked for', async () => {
    expect((await read([gateway, service], { lines: 2 })).map((each) => each.at)).toEqual([at(3), at(4)]);
    expect((await read([gateway, service], { since: at(2), until: at(3) })).map((each) => each.at)).toEqual([
      at(2),
      at(3),
    ]);
    expect(await read([gateway, service], { sources: ['service'], grep: 'LINE 3' })).toEqual([entry(3, 'service')]);
    expect(await read([gateway, service], { level: 'warn' })).toEqual([]);
    expect(await read([gateway, service], { lines: 0 })).toEqual([]);
  });

  it('that are not there are named where they were asked for by name, and only there', async () => {
    expect(await read([gateway], { sources: ['caddy'] })).toMatchObject([
      { source: 'caddy', text: 'There is no proxy here.' },
    ]);
    expect(await read([gateway])).toHaveLength(2);
  });

  it('go on without one that breaks, which says so', async () => {
    const broken = feed('audit', () => Promise.reject(new AppError('state.denied')));
    const entries = await read([gateway, broken]);
    expect(entries).toHaveLength(3);
    expect(entries.at(-1)).toMatchObject({ source: 'audit', level: 'warn' });
    expect(entries.at(-1)?.text).toMatch(/^This log cannot be read: /);
  });

  it('end with the reason when the way to the machine is lost, or all have broken', async () => {
    const lost = feed('gateway', () => Promise.reject(new AppError('host.connection-lost')));
    await expect(read([lost, service])).rejects.toMatchObject({ code: 'host.connection-lost' });
    const broken = feed('audit', () => Promise.reject(new AppError('state.denied')));
    await expect(read([broken])).rejects.toMatchObject({ code: 'state.denied' });
  });

  it('that are followed begin with what is there, in order, and go on', async () => {
    let more: Emit = () => Promise.resolve();
    const slow = feed('service', async (emit, signal) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await emit([entry(0, 'service')]);
      await aborted(signal);
    });
    const lively = feed('gateway', async (emit, signal) => {
      more = emit;
      await emit([entry(1, 'gateway')]);
      await aborted(signal);
    });
    const stop = new AbortController();
    const stream = open([lively, slow], { follow: true }, stop.signal);
    let got = '';
    stream.on('data', (chunk: Buffer) => (got += chunk.toString()));
    await expect.poll(() => got.split('\n').length, { timeout: 20_000 }).toBe(3);
    expect(got.indexOf('"service"')).toBeLessThan(got.indexOf('"gateway"'));
    await more([entry(9, 'gateway'), entry(8, 'gateway')]);
    await expect
      .poll(
        () =>
          got
            .trimEnd()
            .split('\n')
            .map((line) => parseEntry(line)?.at),
        { timeout: 20_000 },
      )
      .toEqual([at(0), at(1), at(8), at(9)]);
    stop.abort();
    await expect.poll(() => stream.destroyed).toBe(true);
  });

  it('are held back by a reader that does not read, and let go with it', async () => {
    let emitted = 0;
    let isOver = false;
    const flood = feed('gateway', async (emit, signal) => {
      await emit([]);
      await new Promise((resolve) => setTimeout(resolve, 700));
      while (!signal.aborted) {
        await emit(Array.from({ length: 1_000 }, () => entry(5, 'gateway', 'x'.repeat(500))));
        emitted += 1_000;
        await new Promise((resolve) => setImmediate(resolve));
      }
      isOver = true;
    });
    const stream = open([flood], { follow: true });
    stream.once('readable', () => undefined);
    await expect.poll(() => emitted, { timeout: 20_000 }).toBeGreaterThan(3_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const before = emitted;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(emitted).toBe(before);
    expect(emitted).toBeLessThan(30_000);
    stream.destroy();
    await expect.poll(() => isOver, { timeout: 20_000 }).toBe(true);
  });
});
