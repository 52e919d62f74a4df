import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignRows, formatLine, green, lineWidth, type Line } from './line.ts';
import type { Look } from './look.ts';
import { measureWidth } from './text-width.ts';

const plain: Look = { colour: false, symbols: true, live: false };
const coloured: Look = { ...plain, colour: true };
const withoutColours = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '');

const line = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }).map(green)), { maxLength: 5 })
  .map((spans): Line => spans);

describe('formatLine', () => {
  it('lets nothing but our own colours through', () => {
    fc.assert(
      fc.property(line, (spans) => {
        expect(withoutColours(formatLine(spans, coloured))).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        expect(withoutColours(formatLine(spans, coloured))).toBe(formatLine(spans, plain));
      }),
    );
  });

  it('never takes more columns than there are, and all where it fits', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: 60 }), (spans, columns) => {
        const shown = withoutColours(formatLine(spans, coloured, columns));
        expect(measureWidth(shown)).toBeLessThanOrEqual(columns);
        if (lineWidth(spans) > columns) expect(shown.endsWith('…')).toBe(true);
        else expect(shown).toBe(formatLine(spans, plain, columns));
      }),
    );
  });
});

describe('alignRows', () => {
  const show = (lines: readonly Line[]): string[] => lines.map((one) => formatLine(one, plain));

  it('aligns by columns, not by characters', () => {
    expect(
      show(
        alignRows([
          ['家のロボット', '1', 'x'],
          ['home', '22', 'y'],
        ]),
      ),
    ).toEqual(['家のロボット  1   x', 'home          22  y']);
  });

  it('breaks the last cell under itself, or below where there is no room', () => {
    const rows = [[green('Memory'), 'one gigabyte and no swap: a swap file is made']];
    expect(show(alignRows(rows, { columns: 40 }))).toEqual([
      'Memory  one gigabyte and no swap: a swap',
      '        file is made',
    ]);
    expect(show(alignRows(rows, { columns: 24 }))).toEqual([
      'Memory',
      '  one gigabyte and no',
      '  swap: a swap file is',
      '  made',
    ]);
  });

  it('keeps to the width, with every word', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            word,
            fc.array(word, { minLength: 1, maxLength: 20 }).map((words) => words.join(' ')),
          ),
          { minLength: 1, maxLength: 5 },
        ),
        fc.integer({ min: 20, max: 80 }),
        (rows, columns) => {
          const shown = show(alignRows(rows, { columns, before: (_, isFirst) => ['  ', isFirst ? '>' : ' ', ' '] }));
          for (const one of shown) expect(measureWidth(one)).toBeLessThanOrEqual(columns);
          expect(
            shown
              .join(' ')
              .replace(/[>\s]+/g, ' ')
              .trim(),
          ).toBe(rows.flat().join(' '));
        },
      ),
    );
  });
});
