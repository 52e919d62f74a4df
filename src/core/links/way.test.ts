import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { createFakeHost, type FakeHost } from '../host/fake/fake-host.ts';
import { Way, type WayEnd, type WayOptions } from './way.ts';

const MINUTE_MS = 60_000;

/** Ends that were opened, and errors that come before the next one opens. */
function createWay(options: Partial<WayOptions<WayEnd>> = {}): {
  readonly way: Way<WayEnd>;
  readonly hosts: FakeHost[];
  readonly failures: AppError[];
  readonly tries: () => number;
  readonly disposed: () => number;
} {
  const hosts: FakeHost[] = [];
  const failures: AppError[] = [];
  let tries = 0;
  let disposed = 0;
  const way = new Way<WayEnd>({
    open: () => {
      tries += 1;
      const failure = failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      const host = createFakeHost();
      hosts.push(host);
      return Promise.resolve({
        host,
        [Symbol.asyncDispose]: () => {
          disposed += 1;
          return Promise.resolve();
        },
      });
    },
    lingerMs: 40,
    retryAfterMs: [10, 20, 40],
    ...options,
  });
  return { way, hosts, failures, tries: () => tries, disposed: () => disposed };
}

describe('a way', () => {
  it('is opened once for all who need it, and closed some time after the last', async () => {
    const { way, tries, disposed } = createWay();
    const [one, other] = await Promise.all([way.use(), way.use()]);
    expect(one).toBe(other);
    const held = way.hold();
    await sleep(80);
    expect(way.state.is).toBe('open');
    held[Symbol.dispose]();
    held[Symbol.dispose]();
    expect(way.state.is).toBe('open');
    await expect.poll(() => way.state.is).toBe('closed');
    expect([tries(), disposed()]).toEqual([1, 1]);
    await way.use();
    expect(tries()).toBe(2);
    await way[Symbol.asyncDispose]();
    expect(disposed()).toBe(2);
  });

  it('is opened again while it is held, with pauses that grow', async () => {
    const { way, hosts, failures, tries } = createWay({ retryAfterMs: [10, 60, 60] });
    const states: string[] = [];
    way.onChange(({ is }) => states.push(is));
    const held = way.hold();
    await expect.poll(() => way.state.is).toBe('open');
    failures.push(new AppError('host.unreachable'), new AppError('host.unreachable'));
    const begin = performance.now();
    hosts[0]?.lose();
    await expect.poll(() => hosts.length, { interval: 5 }).toBe(2);
    expect(performance.now() - begin).toBeGreaterThan(120);
    expect(tries()).toBe(4);
    expect(states).toEqual(['opening', 'open', 'down', 'opening', 'down', 'opening', 'down', 'opening', 'open']);
    held[Symbol.dispose]();
    await way[Symbol.asyncDispose]();
  });

  it('waits for a person where only a person can help', async () => {
    const { way, failures, tries } = createWay({ afterRefusalMs: [10] });
    failures.push(new AppError('host.key-changed'));
    const held = way.hold();
    await expect.poll(() => way.state).toMatchObject({ is: 'down', error: { code: 'host.key-changed' } });
    await sleep(60);
    expect(tries()).toBe(1);
    way.retry();
    await expect.poll(() => way.state.is).toBe('open');
    held[Symbol.dispose]();
    await way[Symbol.asyncDispose]();
  });

  it.each(['host.auth-failed', 'host.identity-unusable', 'host.agent-unavailable'] as const)(
    'is tried again after %s, slowly: a server that starts lets nobody in for a while',
    async (code) => {
      vi.useFakeTimers();
      try {
        const { way, failures, tries } = createWay();
        failures.push(new AppError(code), new AppError(code));
        const held = way.hold();
        await vi.advanceTimersByTimeAsync(4 * MINUTE_MS);
        expect([way.state.is, tries()]).toEqual(['down', 1]);
        await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
        expect([way.state.is, tries()]).toEqual(['down', 2]);
        await vi.advanceTimersByTimeAsync(13 * MINUTE_MS);
        expect(tries()).toBe(2);
        await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
        expect(way.state.is).toBe('open');
        held[Symbol.dispose]();
        await way[Symbol.asyncDispose]();
      } finally {
        vi.useRealTimers();
      }
    },
  );

  it('never repeats a password that has not worked yet, and repeats one that has', async () => {
    const refused = new AppError('host.auth-failed', { details: { tried: ['the key', 'password'] } });
    const { way, failures, tries, hosts } = createWay({ retryAfterMs: [1], afterRefusalMs: [10] });
    failures.push(refused);
    const held = way.hold();
    await expect.poll(() => way.state.is).toBe('down');
    await sleep(40);
    expect(tries()).toBe(1);
    way.retry();
    await expect.poll(() => way.state.is).toBe('open');
    failures.push(refused);
    hosts[0]?.lose();
    await expect.poll(() => hosts.length).toBe(2);
    expect(tries()).toBe(4);
    held[Symbol.dispose]();
    await way[Symbol.asyncDispose]();
  });

  it('is not opened again when nobody holds it', async () => {
    const { way, hosts, tries } = createWay();
    await way.use();
    hosts[0]?.lose();
    await sleep(60);
    expect(way.state.is).toBe('down');
    expect(tries()).toBe(1);
    way.retry();
    expect(tries()).toBe(1);
    await way[Symbol.asyncDispose]();
  });

  it('tells whoever needs it why it cannot be opened, and opens for nobody once disposed', async () => {
    const { way, failures, tries } = createWay();
    failures.push(new AppError('host.unreachable'));
    await expect(way.use()).rejects.toMatchObject({ code: 'host.unreachable' });
    await way[Symbol.asyncDispose]();
    await expect(way.use()).rejects.toMatchObject({ code: 'host.connection-lost' });
    way.hold();
    expect(tries()).toBe(1);
  });
});
