import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLine, type LogLine } from './log-line.ts';
import { buildOffsets, computeVisibleRange, findLineAt } from './visible-range.ts';

// of the line alone what it takes to write its words
const parseLine = (number: number, text: string): LogLine => {
  const line = makeLine(number, { at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'info', text }, '');
  return { ...line, cells: line.cells - line.stamp.length - 11 };
};

describe('the part of a log that is seen', () => {
  it('counts the rows that a wrapped line takes', () => {
    const lines = ['short', 'x'.repeat(25), '', '漢字漢字漢字'].map((raw, number) => parseLine(number, raw));
    expect([...buildOffsets(lines, undefined)]).toEqual([0, 20, 40, 60, 80]);
    expect([...buildOffsets(lines, 10)]).toEqual([0, 20, 80, 100, 140]);
  });

  it('is all of the lines that show at any place, and never more than there are', () => {
    const lengths = fc.array(fc.nat(300), { maxLength: 200 });
    fc.assert(
      fc.property(lengths, fc.nat(50_000), fc.integer({ min: 1, max: 2_000 }), (cells, scrollTop, viewHeight) => {
        const lines = cells.map((count, number) => parseLine(number, 'x'.repeat(count)));
        const offsets = buildOffsets(lines, 80);
        const { first, end } = computeVisibleRange(offsets, scrollTop, viewHeight);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(lines.length);
        for (const [index] of lines.entries()) {
          const top = offsets[index] ?? 0;
          const bottom = offsets[index + 1] ?? 0;
          const isSeen = bottom > scrollTop && top < scrollTop + viewHeight;
          if (isSeen) expect(index >= first && index < end).toBe(true);
        }
      }),
    );
  });

  it('has nothing to show of an empty log', () => {
    const offsets = buildOffsets([], undefined);
    expect(findLineAt(offsets, 100)).toBe(0);
    expect(computeVisibleRange(offsets, 0, 500)).toEqual({ first: 0, end: 0 });
  });
});
