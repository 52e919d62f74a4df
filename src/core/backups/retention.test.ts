import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backup, Retention } from '../../shared/model/backup.ts';
import type { BackupId, InstanceId } from '../../shared/model/ids.ts';
import { listExpired } from './retention.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** A Saturday, at noon here. */
const NOW = new Date(2026, 10, 21, 12).getTime();

let count = 0;
function made(atMs: number, more: Partial<Backup> = {}): Backup {
  count += 1;
  return {
    id: `b-${count.toString(16).padStart(16, '0')}` as BackupId,
    instanceId: 'i-0123456789abcdef' as InstanceId,
    instanceName: 'claw',
    place: 'ssh',
    createdAt: new Date(atMs).toISOString(),
    version: '2026.9.6',
    reason: 'schedule',
    bytes: 1,
    sha256: '0'.repeat(64),
    copies: [{ at: 'here', path: '/data/backups/x.age' }],
    ...more,
  };
}
const keep = (more: Partial<Retention>): Retention => ({ last: 1, daily: 0, weekly: 0, monthly: 0, ...more });
const keptOf = (backups: readonly Backup[], policy: Retention, now = NOW): Backup[] => {
  const expired = new Set(listExpired(backups, policy, now));
  return backups.filter((backup) => !expired.has(backup));
};

describe('retention', () => {
  it('keeps the last ones, however close they are', () => {
    const backups = [5, 4, 3, 2, 1].map((minutes) => made(NOW - minutes * 60_000));
    expect(keptOf(backups, keep({ last: 2 }))).toEqual(backups.slice(-2));
  });

  it('keeps the newest of each day, week and month', () => {
    // Every day at three and at noon, for a year.
    const backups = Array.from({ length: 365 }, (_, day) => [
      made(NOW - day * DAY_MS),
      made(NOW - day * DAY_MS - 9 * HOUR_MS),
    ]).flat();
    const days = (policy: Retention): string[] =>
      keptOf(backups, policy).map(({ createdAt }) => new Date(createdAt).toLocaleString('sv').slice(0, 13));
    expect(days(keep({ daily: 3 }))).toEqual(['2026-11-21 12', '2026-11-20 12', '2026-11-19 12']);
    expect(days(keep({ weekly: 3 }))).toEqual(['2026-11-21 12', '2026-11-15 12', '2026-11-08 12']);
    expect(days(keep({ monthly: 3 }))).toEqual(['2026-11-21 12', '2026-10-31 12', '2026-09-30 12']);
  });

  it('takes nothing away for time that went by without a backup', () => {
    const backups = [400, 300, 200].map((days) => made(NOW - days * DAY_MS));
    expect(keptOf(backups, keep({ daily: 3 }))).toEqual(backups);
  });

  it('leaves what is pinned out of the count, and what a clock that was ahead has made', () => {
    const [pinned, old, ahead] = [made(NOW - 1, { pinned: true }), made(NOW - DAY_MS), made(NOW + DAY_MS)];
    expect(listExpired([pinned, old, ahead], keep({}), NOW)).toEqual([]);
  });

  it('takes away what is left on the machine of one that a person has removed', () => {
    const removed = made(NOW, { copies: [{ at: 'machine', path: '/var/lib/x.tar.gz' }] });
    const other = made(NOW - DAY_MS);
    expect(listExpired([removed, other], keep({}), NOW)).toEqual([removed]);
  });

  const times = fc.array(fc.integer({ min: NOW - 900 * DAY_MS, max: NOW }), { maxLength: 60 });
  const policies = fc.record({
    last: fc.integer({ min: 1, max: 5 }),
    daily: fc.integer({ min: 0, max: 10 }),
    weekly: fc.integer({ min: 0, max: 6 }),
    monthly: fc.integer({ min: 0, max: 6 }),
  });

  it('never takes the newest, nothing pinned, and no more than the policy allows', () => {
    fc.assert(
      fc.property(times, fc.infiniteStream(fc.boolean()), policies, (moments, pins, policy) => {
        const backups = moments.map((at) => made(at, { pinned: pins.next().value === true }));
        const kept = keptOf(backups, policy);
        const loose = kept.filter(({ pinned }) => pinned !== true);
        const all = backups.filter(({ pinned }) => pinned !== true);
        expect(kept).toEqual(expect.arrayContaining(backups.filter(({ pinned }) => pinned === true)));
        expect(loose.length).toBeGreaterThanOrEqual(Math.min(all.length, policy.last));
        expect(loose.length).toBeLessThanOrEqual(policy.last + policy.daily + policy.weekly + policy.monthly);
        const newest = Math.max(...all.map(({ createdAt }) => Date.parse(createdAt)));
        if (all.length > 0) expect(loose.map(({ createdAt }) => Date.parse(createdAt))).toContain(newest);
      }),
    );
  });

  it('takes nothing more when it is asked again, in whatever order', () => {
    fc.assert(
      fc.property(times, policies, (moments, policy) => {
        const backups = moments.map((at) => made(at));
        const kept = keptOf(backups, policy);
        expect(listExpired(kept, policy, NOW)).toEqual([]);
        const ids = (list: readonly Backup[]): string[] => list.map(({ id }) => id).sort();
        expect(ids(keptOf(backups.toReversed(), policy))).toEqual(ids(kept));
      }),
    );
  });

  it('keeps as much with more of everything', () => {
    fc.assert(
      fc.property(times, policies, (moments, policy) => {
        const backups = moments.map((at) => made(at));
        const more = {
          last: policy.last + 1,
          daily: policy.daily + 1,
          weekly: policy.weekly + 1,
          monthly: policy.monthly + 1,
        };
        expect(keptOf(backups, more)).toEqual(expect.arrayContaining(keptOf(backups, policy)));
      }),
    );
  });
});
