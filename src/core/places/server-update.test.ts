import { expect, it } from 'vitest';
import { standsStill } from './server-update.ts';

it('what has failed is meant to run; what a person has stopped or suspended is not', () => {
  const suspension = { at: '2026-09-20T12:00:00.000Z', by: 'person', because: 'x' } as const;
  expect(['active', 'activating', 'failed', 'inactive'].map((state) => standsStill({}, state))).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect(standsStill({ suspension }, 'active')).toBe(true);
});
