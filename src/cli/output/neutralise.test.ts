import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastOverwrite, neutralise } from './neutralise.ts';

const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** Text as a hostile server would send it: pieces of control sequences between anything else. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001b',
        '\u001b[',
        '\u001b]',
        '\u009b',
        '\u009d',
        '\u0007',
        '\u001b\\',
        '\r',
        '\n',
        '\b',
        '\u007f',
        '\t',
        '2J',
        '31m',
        '0;title',
        '52;c;aGk=',
        '\u202e',
        '\ud800',
        '\u2028',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
  )
  .map((pieces) => pieces.join(''));

describe('neutralise', () => {
  it('leaves nothing that a terminal acts on, whatever comes', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = neutralise(text);
        expect(shown).not.toMatch(ACTIVE);
        expect(neutralise(shown)).toBe(shown);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps every character that is only read', () => {
    const readable = fc.string({ unit: 'grapheme' }).filter((text) => !/[\p{C}\u200b\u2028\u2029\ufeff]/u.test(text));
    fc.assert(
      fc.property(readable, (text) => {
        expect(neutralise(text)).toBe(text);
      }),
    );
  });

  it.each([
    ['\u001b[1;31mred\u001b[0m', 'red'],
    ['\u001b]0;a title\u0007text', 'text'],
    ['\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u009b2Jcleared', 'cleared'],
    ['\u001b\u001b[31m[31mnested', '␛[31mnested'],
    ['a\tb', 'a  b'],
    ['bell\u0007', 'bell␇'],
    ['never ended \u001b]0;title', 'never ended ␛]0;title'],
    ['\u202egnp.exe', '<U+202E>gnp.exe'],
    ['half \ud83d', 'half \ufffd'],
  ])('shows %j as %j', (text, shown) => {
    expect(neutralise(text)).toBe(shown);
  });
});

describe('lastOverwrite', () => {
  it.each([
    ['10 %\r20 %\r30 %', '30 %'],
    ['30 %\r', '30 %'],
    ['whole', 'whole'],
    ['', ''],
  ])('of %j is %j', (line, last) => {
    expect(lastOverwrite(line)).toBe(last);
  });
});
