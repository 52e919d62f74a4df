import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIds } from './ids.ts';

const zeros = (size: number): Buffer => Buffer.alloc(size);

describe('ids', () => {
  it('are made of the clock and the randomness they are given', () => {
    const ids = createIds({ clock: () => 36, randomBytes: (size) => Buffer.alloc(size, 0xab) });
    expect(ids.instance()).toBe('i-abababababababab');
    expect(ids.installation()).toBe('h-abababababababab');
    expect(ids.run()).toBe('r-000000010-abababab');
  });

  it('of runs sort by the time at which they were made', () => {
    fc.assert(
      fc.property(fc.nat(Date.UTC(2300, 0)), fc.nat(Date.UTC(2300, 0)), (a, b) => {
        const at = (ms: number): string => createIds({ clock: () => ms, randomBytes: zeros }).run();
        expect(at(a) < at(b)).toBe(a < b);
      }),
    );
  });

  it('of runs go on rising when the clock stands still or is set back', () => {
    const times = [5_000, 5_000, 4_000, 6_000];
    const ids = createIds({ clock: () => times.shift() ?? 0, randomBytes: zeros });
    const made = [ids.run(), ids.run(), ids.run(), ids.run()];
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(4);
  });
});
