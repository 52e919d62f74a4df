import { describe, expect, it } from 'vitest';
import { cpuMsOf } from '../../test/cpu-time.ts';
import { compileSearch, findPatternFault } from './log-pattern.ts';

describe('a pattern', () => {
  it.each([
    '/(a+)+$/',
    '/(a|a)*b/',
    '/(.*){3}/',
    String.raw`/(a)\1/`,
    '/a*b*c*d/',
    `/${'a?'.repeat(30)}${'a'.repeat(30)}/`,
    `/${'(a|aa)'.repeat(30)}b/`,
    '/(/',
    `/${'x'.repeat(300)}/`,
  ])('that can take for ever, or is none, is refused: %s', (pattern) => {
    expect(findPatternFault(pattern)).toBeTypeOf('string');
    expect(compileSearch(pattern)('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', 0)).toBeUndefined();
  });

  it.each([
    '/telegram: \\d+/',
    '/^\\[gateway\\]/',
    '/(error|warn) .*provider/',
    '/[a+]{2}/',
    'plain (words)*',
    '/',
    '//',
  ])('that is harmless is taken: %s', (pattern) => {
    expect(findPatternFault(pattern)).toBeUndefined();
  });

  it('of the worst kind that is taken ends soon on a long line', () => {
    const find = compileSearch('/.*.*x$/');
    const all = (): void => {
      for (let line = 0; line < 10_000; line += 1) find('a'.repeat(1_000), 0);
    };
    expect(cpuMsOf(all)).toBeLessThan(20_000);
  });

  it.each(['/.*.*b/', '/a*a*b/', '/(a|aa)(a|aa)(a|aa)(a|aa).*b/', '/(a|a|a|a|a).*b/', '/a?a?b/'])(
    'that is taken ends soon on one line: %s',
    (pattern) => {
      expect(findPatternFault(pattern)).toBeUndefined();
      const search = (): void => void compileSearch(pattern)('a'.repeat(1_000), 0);
      expect(cpuMsOf(search)).toBeLessThan(2_000);
    },
  );

  it('finds its places one after another, whatever the letter case', () => {
    const find = compileSearch('/e[rn]/');
    expect(find('Error, when', 0)).toEqual({ at: 0, length: 2 });
    expect(find('Error, when', 2)).toEqual({ at: 9, length: 2 });
    expect(find('Error, when', 11)).toBeUndefined();
  });
});

it('plain words are no pattern', () => {
  expect(compileSearch('a.c')('abc a.C', 0)).toEqual({ at: 4, length: 3 });
});
