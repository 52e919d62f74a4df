import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatShare } from './measures.ts';

describe('measures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 KB'],
    [3.4 * 1024 ** 3, '3.4 GB'],
    [128 * 1024 ** 3, '128 GB'],
    [1023 * 1024 ** 2, '1.0 GB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [3_660_000, '1 h 1 min'],
    [90_000_000, '1 d 1 h'],
    [86_400_000, '1 d'],
  ])('%d ms are %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it('rounds a share', () => {
    expect(formatShare(0.345)).toBe('35 %');
  });
});
