import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLine, type LogLine } from './log-line.ts';
import { buildOffsets, computeVisibleRange, findLineAt, findTop, readPlace } from './visible-range.ts';

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

describe('the place of a reader', () => {
  const nowhere = { number: 0, below: 0 };
  const numbered = (from: number, count: number, text = 'short'): LogLine[] =>
    Array.from({ length: count }, (_, index) => parseLine(from + index, text));

  it('stays at its line when the oldest are cut and newer ones come', () => {
    const before = numbered(1, 50);
    const place = readPlace(before, buildOffsets(before, undefined), 607);
    expect(place).toEqual({ number: 31, below: 7 });
    const after = numbered(21, 50);
    expect(findTop(after, buildOffsets(after, undefined), place ?? nowhere)).toBe(207);
  });

  it('is the oldest line when its own was cut, and the next one when its own is filtered out', () => {
    const after = numbered(21, 5);
    expect(findTop(after, buildOffsets(after, undefined), { number: 3, below: 7 })).toBe(0);
    const gaps = after.filter(({ number }) => number % 2 === 1);
    expect(findTop(gaps, buildOffsets(gaps, undefined), { number: 22, below: 7 })).toBe(20);
    expect(findTop(gaps, buildOffsets(gaps, undefined), { number: 40, below: 7 })).toBe(60);
  });

  it('stays within its line when lines are not wrapped any more', () => {
    const lines = numbered(1, 5, 'x'.repeat(100));
    const place = readPlace(lines, buildOffsets(lines, 10), 390);
    expect(place).toEqual({ number: 2, below: 190 });
    expect(findTop(lines, buildOffsets(lines, undefined), place ?? nowhere)).toBe(20);
  });

  it('is nowhere in an empty list', () => {
    expect(readPlace([], buildOffsets([], undefined), 0)).toBeUndefined();
  });
});
