import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToWidth, measureWidth, padToWidth, wrapText } from './text-width.ts';

describe('measureWidth', () => {
  it.each([
    ['plain', 5],
    ['', 0],
    ['ünïcödé', 7],
    ['e\u0301', 1],
    ['家のロボット', 12],
    ['한국어', 6],
    ['🤖', 2],
    ['👩‍💻', 2],
    ['🇩🇪', 2],
    ['✓ · ✗ →', 7],
    ['❤️', 2],
  ])('of %s is %d', (text, width) => {
    expect(measureWidth(text)).toBe(width);
  });
});

describe('cutToWidth', () => {
  it('fits, and keeps what fits already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const cut = cutToWidth(text, columns);
        expect(measureWidth(cut)).toBeLessThanOrEqual(columns);
        if (measureWidth(text) <= columns) expect(cut).toBe(text);
      }),
    );
  });

  it('cuts no character in two', () => {
    expect(cutToWidth('家のロボット', 6)).toBe('家の…');
    expect(cutToWidth('👩‍💻👩‍💻👩‍💻', 4)).toBe('👩‍💻…');
  });
});

describe('padToWidth', () => {
  it('counts columns, not characters', () => {
    expect(padToWidth('家', 4)).toBe('家  ');
    expect(padToWidth('long', 2)).toBe('long');
  });
});

describe('wrapText', () => {
  it('keeps every character, in lines that fit', () => {
    const words = fc.array(fc.stringMatching(/^[a-z家]{1,30}$/), { maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 40 }), (list, columns) => {
        const lines = wrapText(list.join(' '), columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(list.join(''));
        for (const line of lines) expect(measureWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('breaks between words where it can', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('/a/path/without/an/end is long', 10)).toEqual(['/a/path/wi', 'thout/an/e', 'nd is long']);
    expect(wrapText('', 10)).toEqual(['']);
  });
});
