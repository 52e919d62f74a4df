import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter, LONGEST_LINE, parseLevel, parseLine, stripTerminalCodes } from './log-line.ts';

describe('stripTerminalCodes', () => {
  it.each([
    ['\u001b[31mred\u001b[39m and \u001b[1;33mmore\u001b[0m', 'red and more'],
    ['\u001b]0;a title\u0007text', 'text'],
    ['\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['tab\tstays, bell\u0007 goes', 'tab\tstays, bell goes'],
  ])('%j', (raw, text) => {
    expect(stripTerminalCodes(raw)).toBe(text);
  });
});

describe('parseLevel', () => {
  it.each([
    ['2026-11-21T06:30:12.120+00:00 [gateway] ready', 'info'],
    ['2026-11-21T06:30:12.120+00:00 [telegram] error: 401 Unauthorized', 'error'],
    ['06:30:12 [WARN] slow', 'warn'],
    ['warn: token expires soon', 'warn'],
    ['[gateway] debug polled', 'debug'],
    ['{"level":"error","message":"x"}', 'error'],
    ['TypeError: x is not a function', 'error'],
    ['Error (ENOENT)', 'error'],
    ['(node:1) DeprecationWarning is deprecated', 'warn'],
    ['0 errors, all is well', 'info'],
    ['no error here', 'info'],
  ])('%s: %s', (text, level) => {
    expect(parseLevel(text)).toBe(level);
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
    expect(createLineSplitter()(new TextEncoder().encode('x'.repeat(LONGEST_LINE + 1)))).toHaveLength(1);
    expect(parseLine(1, 'x'.repeat(LONGEST_LINE * 2)).text).toHaveLength(LONGEST_LINE + 1);
  });
});
