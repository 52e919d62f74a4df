import { describe, expect, it } from 'vitest';
import {
  addLines,
  countSources,
  emptyBook,
  filterLines,
  findLines,
  KEPT_LINES,
  pauseBook,
  resumeBook,
  splitByWords,
} from './log-book.ts';
import { logSources, type LogEntry } from '../../../shared/model/log.ts';
import { makeLine, type LogLine } from './log-line.ts';

const parseLine = (number: number, text: string, more: Partial<LogEntry> = {}): LogLine =>
  makeLine(number, { at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'info', text, ...more }, '');

const lines = (from: number, count: number): LogLine[] =>
  Array.from({ length: count }, (_, index) => parseLine(from + index, `line ${from + index}`));

describe('the book of a log', () => {
  it('keeps the newest lines', () => {
    let book = emptyBook;
    for (let at = 0; at < 25_000; at += 500) book = addLines(book, lines(at, 500));
    expect(book.lines.length).toBeGreaterThanOrEqual(KEPT_LINES);
    expect(book.lines.length).toBeLessThanOrEqual(KEPT_LINES + 1_000);
    expect(book.lines.at(-1)?.number).toBe(24_999);
    expect(book.cut).toBe(25_000 - book.lines.length);
  });

  it('shows nothing new while it is paused, and everything in order after', () => {
    const paused = addLines(addLines(pauseBook(addLines(emptyBook, lines(0, 2))), lines(2, 3)), lines(5, 1));
    expect(paused.lines).toHaveLength(2);
    expect(paused.waiting).toHaveLength(4);
    const resumed = resumeBook(paused);
    expect(resumed.waiting).toBeUndefined();
    expect(resumed.lines.map((line) => line.number)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('says how many lines it dropped during a long pause', () => {
    const paused = addLines(pauseBook(emptyBook), lines(0, KEPT_LINES + 5_000));
    expect(paused.waiting).toHaveLength(KEPT_LINES);
    expect(paused.dropped).toBe(5_000);
  });

  it('a second pause changes nothing', () => {
    const paused = addLines(pauseBook(emptyBook), lines(0, 3));
    expect(pauseBook(paused)).toBe(paused);
  });
});

describe('finding', () => {
  const some = [
    parseLine(0, 'Gateway ready'),
    parseLine(1, 'error: no', { level: 'error', source: 'caddy' }),
    parseLine(2, 'the GATEWAY stops'),
  ];

  it('ignores letter case', () => {
    expect(findLines(some, 'gateway')).toEqual([0, 2]);
    expect(findLines(some, '')).toEqual([]);
  });

  it('filters by level, source and words', () => {
    const all = { sources: new Set(logSources), level: 'debug', words: '' } as const;
    expect(filterLines(some, { ...all, level: 'warn' }).map((line) => line.number)).toEqual([1]);
    expect(filterLines(some, { ...all, sources: new Set(['gateway']) }).map((line) => line.number)).toEqual([0, 2]);
    expect(filterLines(some, { ...all, words: '/gate.*stops/' }).map((line) => line.number)).toEqual([2]);
    expect(filterLines(some, all)).toBe(some);
    expect(countSources(some)).toMatchObject({ gateway: 2, caddy: 1, audit: 0 });
  });

  it.each([
    ['abcabc', 'B', ['a', 'b', 'ca', 'b', 'c']],
    ['none', 'x', ['none']],
    ['xx', 'x', ['', 'x', '', 'x', '']],
    ['İx', 'x', ['İx']],
    ['all', '', ['all']],
    ['a12b3', '/\\d+/', ['a', '12', 'b', '3', '']],
    ['aaa!', '/(a+)+$/', ['aaa!']],
  ])('cuts %j at %j', (text, words, pieces) => {
    expect(splitByWords(text, words)).toEqual(pieces);
  });
});
