import { describe, expect, it } from 'vitest';
import { compareVersions, isOlder } from './version-order.ts';

describe('isOlder', () => {
  it.each([
    ['2026.9.5', '2026.9.6', true],
    ['2026.9.6', '2026.9.6', false],
    ['2026.10.0', '2026.9.9', false],
    ['2026.9.10', '2026.9.9', false],
    ['2026.9.6-beta.1', '2026.9.6', true],
    ['2026.9.6', '2026.9.6-beta.1', false],
    ['2026.9.6-beta.2', '2026.9.6-beta.10', true],
    ['2026.9.6-beta', '2026.9.6-beta.1', true],
    ['2026.9.6-1', '2026.9.6-beta', true],
  ])('%s before %s: %s', (one, other, expected) => {
    expect(isOlder(one, other)).toBe(expected);
  });

  it('orders as semver does', () => {
    const versions = ['2026.9.6', '2026.9.6-rc.1', '2026.10.0', '2026.9.5', '2026.9.6-beta.11', '2026.9.6-beta.2'];
    expect(versions.toSorted(compareVersions)).toEqual([
      '2026.9.5',
      '2026.9.6-beta.2',
      '2026.9.6-beta.11',
      '2026.9.6-rc.1',
      '2026.9.6',
      '2026.10.0',
    ]);
  });
});
