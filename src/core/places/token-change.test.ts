import { expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { judgeCutChange } from './token-change.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const cutBefore = (ms: number): Instance =>
  anInstance({
    rotation: {
      is: 'former',
      secret: { backend: 'memory', key: 'k' },
      at: new Date(NOW_MS - ms).toISOString(),
    },
  });

it('a change of the token that was cut short a moment ago is said to go on, and to make none', () => {
  const { isNewWish, findings } = judgeCutChange(cutBefore(10 * 60_000), NOW_MS);
  expect(isNewWish).toBe(false);
  expect(findings).toMatchObject([
    {
      level: 'warn',
      because: 'The change of 2026-11-21 11:50 UTC was cut short: this brings it to its end, and makes no newer token.',
    },
  ]);
});

it.each([
  ['long ago', cutBefore(48 * 3600_000)],
  ['nobody knows when', anInstance({ rotation: { is: 'former', secret: { backend: 'memory', key: 'k' } } })],
])('one that was cut short %s is no answer to whoever wants a new token', (_when, instance) => {
  expect(judgeCutChange(instance, NOW_MS)).toEqual({ isNewWish: true, findings: [] });
});

it('where none was cut short there is nothing to say', () => {
  expect(judgeCutChange(anInstance(), NOW_MS)).toEqual({ isNewWish: false, findings: [] });
});
