import { describe, expect, it } from 'vitest';
import { isAtLeast, parseLevel } from './log-level.ts';

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

it('a floor lets through what is as bad, or worse', () => {
  expect(isAtLeast('error', 'warn')).toBe(true);
  expect(isAtLeast('warn', 'warn')).toBe(true);
  expect(isAtLeast('info', 'warn')).toBe(false);
});
