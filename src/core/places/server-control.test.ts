import { expect, it } from 'vitest';
import { isYoungAt } from './server-control.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;

it.each([
  ['was started a minute ago', -MINUTE_MS, true],
  ['was started an hour ago', -60 * MINUTE_MS, false],
  ['was started by a clock that is a little ahead', MINUTE_MS, true],
  ['was started by a clock that is an hour ahead', 60 * MINUTE_MS, false],
])('whether a gateway that %s need not answer yet', (_how, byMs, isYoung) => {
  expect(isYoungAt(NOW_MS + byMs, NOW_MS)).toBe(isYoung);
});

it('nothing is young of which nobody knows when it began', () => {
  expect(isYoungAt(undefined, NOW_MS)).toBe(false);
});
