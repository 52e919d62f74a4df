import { describe, expect, it } from 'vitest';
import { countOf, formatAge, formatBytes, formatDuration, formatProgress } from './quantity.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('quantities', () => {
  it.each([
    [0, '0.0 s'],
    [420, '0.4 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [42_000, '42 s'],
    [59_700, '1 min'],
    [72_000, '1 min 12 s'],
    [HOUR_MS, '1 h'],
    [3 * HOUR_MS + 5 * MINUTE_MS, '3 h 5 min'],
    [25 * HOUR_MS, '1 day'],
    [96 * HOUR_MS, '4 days'],
    [-5, '0.0 s'],
  ])('a duration of %d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1500, '1.5 kB'],
    [42_000_000, '42 MB'],
    [999_600, '1.0 MB'],
    [2_000_000_000, '2.0 GB'],
  ])('%d bytes are %s', (size, text) => {
    expect(formatBytes(size)).toBe(text);
  });

  it('tells progress, with what is honestly known', () => {
    expect(formatProgress({ done: 42_000_000, total: 180_000_000, unit: 'bytes' })).toBe('42 MB of 180 MB, 23 %');
    expect(formatProgress({ done: 42_000_000, unit: 'bytes' })).toBe('42 MB');
    expect(formatProgress({ done: 3, total: 14, unit: 'items' })).toBe('3 of 14, 21 %');
    expect(formatProgress({ done: 5, total: 0, unit: 'items' })).toBe('5');
    expect(formatProgress({ done: 20, total: 14, unit: 'items' })).toBe('20 of 14, 100 %');
  });

  it.each([
    [10_000, 'just now'],
    [5 * MINUTE_MS, '5 min ago'],
    [23 * HOUR_MS, '23 h ago'],
    [48 * HOUR_MS, '2 days ago'],
  ])('%d ms ago is %s', (ms, text) => {
    expect(formatAge(0, ms)).toBe(text);
  });

  it('counts', () => {
    expect([countOf(1, 'step'), countOf(2, 'step'), countOf(0, 'key')]).toEqual(['1 step', '2 steps', '0 keys']);
  });
});
