import { afterEach, expect, test, vi } from 'vitest';
import { endTurn, takeTurn } from './start-turns.ts';

const names = ['a', 'b', 'c', 'd'];
const two = { id: 'engine', cpus: 2 };
const never = new AbortController().signal;

afterEach(() => {
  for (const name of names) endTurn(name);
  vi.useRealTimers();
});

/** Lets what can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('as many start as there are processors; the others follow in the order in which they came', async () => {
  const begun: string[] = [];
  const told: string[] = [];
  const all = names.map(async (name) => {
    await takeTurn(name, two, () => told.push(name), never);
    begun.push(name);
  });
  await settle();
  expect([begun, told]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  endTurn('b');
  await settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  endTurn('a');
  await Promise.all(all);
  expect([begun, told]).toEqual([names, ['c', 'd']]);
});

test('another engine is not waited for, and who starts again does not wait for itself', async () => {
  const one = { id: 'engine', cpus: 0.5 };
  await takeTurn('a', one, () => undefined, never);
  await takeTurn('a', one, () => undefined, never);
  await takeTurn('b', { ...one, id: 'another' }, () => undefined, never);
});

test('whoever is cancelled while waiting has taken nothing', async () => {
  const one = { ...two, cpus: 1 };
  await takeTurn('a', one, () => undefined, never);
  const stop = new AbortController();
  const cancelled = takeTurn('b', one, () => undefined, stop.signal);
  stop.abort();
  await expect(cancelled).rejects.toThrow();
  endTurn('a');
  await takeTurn('c', one, () => undefined, never);
});

test('a gateway that does not come up holds the others back for four minutes, no longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const one = { ...two, cpus: 1 };
  await takeTurn('a', one, () => undefined, never);
  let isFree = false;
  const next = takeTurn('b', one, () => undefined, never).then(() => (isFree = true));
  vi.advanceTimersByTime(239_000);
  await settle();
  expect(isFree).toBe(false);
  vi.advanceTimersByTime(1_000);
  await next;
});
