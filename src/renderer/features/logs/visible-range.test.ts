import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeVisibleRange } from './visible-range.ts';

describe('computeVisibleRange', () => {
  it('draws what is seen and a little more', () => {
    expect(computeVisibleRange({ scrollTop: 2_000, viewHeight: 400, rowHeight: 20, count: 20_000 })).toEqual({
      first: 80,
      end: 140,
    });
  });

  it('covers every row that is seen, and never more than there are', () => {
    fc.assert(
      fc.property(
        fc.nat(20_000),
        fc.nat(400_000),
        fc.integer({ min: 1, max: 2_000 }),
        (count, scrollTop, viewHeight) => {
          const rowHeight = 20;
          const { first, end } = computeVisibleRange({ scrollTop, viewHeight, rowHeight, count });
          expect(first).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(count);
          for (const row of [Math.floor(scrollTop / rowHeight), Math.floor((scrollTop + viewHeight - 1) / rowHeight)]) {
            if (row < count) expect(row >= first && row < end).toBe(true);
          }
        },
      ),
    );
  });
});
