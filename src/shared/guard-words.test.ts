import { describe, expect, it } from 'vitest';
import { describeGuard, formatBinarySize, formatWindow } from './guard-words.ts';

describe('a guard in words', () => {
  it('names every limit that is set, and none that is not', () => {
    expect(describeGuard({})).toEqual([]);
    const guard = {
      cpu: { abovePercent: 90, forSeconds: 300 },
      memory: { abovePercent: 95, forSeconds: 90 },
      restarts: { above: 1, withinSeconds: 3600 },
      requests: { above: 1000, withinSeconds: 60 },
      disk: { aboveBytes: 10 * 1024 ** 3 },
    };
    expect(describeGuard(guard)).toEqual([
      { rule: 'cpu', words: 'CPU above 90 % for 5 min' },
      { rule: 'memory', words: 'memory above 95 % for 90 s' },
      { rule: 'restarts', words: 'more than 1 restart within 1 h' },
      { rule: 'requests', words: 'more than 1000 requests within 1 min' },
      { rule: 'disk', words: 'more than 10 GB on disk' },
    ]);
  });

  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [1024 ** 3, '1 GB'],
    [1.5 * 1024 ** 3, '1.5 GB'],
    [2 ** 45, '32 TB'],
  ])('%d bytes are %s', (size, words) => {
    expect(formatBinarySize(size)).toBe(words);
  });

  it.each([
    [10, '10 s'],
    [90, '90 s'],
    [120, '2 min'],
    [3600, '1 h'],
    [5400, '90 min'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(formatWindow(seconds)).toBe(words);
  });
});
