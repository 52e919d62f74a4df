import { expect, it } from 'vitest';
import { readRange } from './log-range.ts';

const now = Date.parse('2026-11-21T06:30:00Z');

it('is the newest, the last minutes, or between two moments', () => {
  expect(readRange({ is: 'newest' }, now)).toEqual({ follow: true });
  expect(readRange({ is: 'last', minutes: 15 }, now)).toEqual({ since: '2026-11-21T06:15:00.000Z', follow: true });
  const from = '2026-11-20T10:00';
  expect(readRange({ is: 'between', from, to: '' }, now)).toEqual({
    since: new Date(from).toISOString(),
    follow: true,
  });
  expect(readRange({ is: 'between', from: '', to: from }, now)).toEqual({
    until: new Date(from).toISOString(),
    follow: false,
  });
  expect(readRange({ is: 'between', from: '', to: '' }, now)).toEqual({ follow: true });
});

it('does not end before it begins', () => {
  expect(readRange({ is: 'between', from: '2026-11-20T10:00', to: '2026-11-20T09:00' }, now)).toBeUndefined();
});
