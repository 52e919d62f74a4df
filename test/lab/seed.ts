import { randomInt } from 'node:crypto';

/** Chance that can be had again: the same seed gives the same choices. */
export interface Chance {
  readonly seed: number;
  /** 0 <= x < 1 */
  next(): number;
  /** A whole number of milliseconds up to that many. */
  delayMs(most: number): number;
  pick<T>(from: readonly T[]): T;
}

/** The seed of this test run: `HARDSHELL_TEST_SEED`, or a new one, to be printed by whoever uses it. */
export function openChance(seed = Number(process.env['HARDSHELL_TEST_SEED'] ?? randomInt(1_000_000))): Chance {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    seed,
    next,
    delayMs: (most) => Math.floor(next() * most),
    pick: (from) => {
      const one = from[Math.floor(next() * from.length)];
      if (one === undefined) throw new Error('There is nothing to pick from.');
      return one;
    },
  };
}

/** Whether this run takes every case, not a seeded part of them. */
export const takesAllCases = process.env['HARDSHELL_TEST_ALL'] === '1';

/** All of them where everything is taken, else so many that chance picks, in their own order. */
export function someOf<T>(cases: readonly T[], count: number, chance: Chance): readonly T[] {
  if (takesAllCases) return cases;
  const drawn = new Set<T>();
  while (drawn.size < Math.min(count, cases.length)) drawn.add(chance.pick(cases));
  return cases.filter((one) => drawn.has(one));
}
