import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter, LONGEST_LINE, makeLine, stampOf } from './log-line.ts';

describe('a line', () => {
  const made = (text: string, today = '2026-11-21') =>
    makeLine(1, { at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'info', text }, today);

  it('has the time alone on its day, and the day on another', () => {
    const { day, time } = stampOf(new Date('2026-11-21T06:30:12.120Z'));
    expect(made('x', day).stamp).toBe(time);
    expect(made('x', '1999-01-01').stamp).toBe(`${day} ${time}`);
  });

  it('counts the columns of its time and its source', () => {
    const { day } = stampOf(new Date('2026-11-21T06:30:12.120Z'));
    expect(made('漢x', day).cells).toBe(8 + 1 + 9 + 1 + 3);
    expect(made('a\tb').text).toBe('a    b');
  });
});

describe('createLineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 })),
        fc.integer({ min: 1, max: 7 }),
        (lines, size) => {
          const clean = lines.map((line) => line.replace(/[\r\n]/g, ''));
          const bytes = new TextEncoder().encode(clean.map((line) => `${line}\n`).join(''));
          const split = createLineSplitter();
          const got: string[] = [];
          for (let at = 0; at < bytes.length; at += size) got.push(...split(bytes.subarray(at, at + size)));
          expect(got).toEqual(clean);
        },
      ),
    );
  });

  it('takes \\r\\n for one end', () => {
    expect(createLineSplitter()(new TextEncoder().encode('a\r\nb\r\n'))).toEqual(['a', 'b']);
  });

  it('does not keep an endless line', () => {
    expect(createLineSplitter(100)(new TextEncoder().encode('x'.repeat(101)))).toHaveLength(1);
    const entry = { at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'info' } as const;
    expect(makeLine(1, { ...entry, text: 'x'.repeat(LONGEST_LINE * 2) }, '').text).toHaveLength(LONGEST_LINE + 1);
  });
});
