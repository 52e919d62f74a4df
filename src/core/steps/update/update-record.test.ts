import { describe, expect, it } from 'vitest';
import { sampleInstance } from '../../../../test/sample-instance.ts';
import { backupIdSchema } from '../../../shared/model/ids.ts';
import type { PendingUpdate } from '../../../shared/model/update.ts';
import { findStanding, wasTried } from './update-record.ts';
import type { UpdateWork } from './update-work.ts';

const [made, later] = [backupIdSchema.parse('b-00000000000000aa'), backupIdSchema.parse('b-00000000000000bb')];
const from = { version: '2026.9.5', backup: made, at: '2026-11-20T12:00:00.000Z' };
const pending: PendingUpdate = { version: '2026.9.6', from, isStill: false, phase: 'forward' };

const isTried = (pendingUpdate: PendingUpdate | undefined, more: Partial<UpdateWork> = {}): Promise<boolean> => {
  const instance = { ...sampleInstance(), ...(pendingUpdate === undefined ? {} : { pendingUpdate }) };
  const instances = { get: () => Promise.resolve(instance) };
  return wasTried({ instance, version: '2026.9.6', from, instances, ...more } as unknown as UpdateWork);
};

describe('a trial on a copy', () => {
  it('is not made again by a run that goes on with this version and this backup, or goes back', async () => {
    expect([await isTried(pending), await isTried({ ...pending, version: '2026.9.7', phase: 'back' })]).toEqual([
      true,
      true,
    ]);
  });

  it('is made of another version, of another backup, and where nothing is under way', async () => {
    const tried = [
      isTried({ ...pending, version: '2026.9.7' }),
      isTried(pending, { from: { ...from, backup: later } }),
      isTried(undefined),
    ];
    expect(await Promise.all(tried)).toEqual([false, false, false]);
  });
});

describe('what an update that was cut short is taken back with', () => {
  it('stands once something was touched, or while it goes back', () => {
    expect(findStanding(pending, '2026.9.6')).toBe(from);
    expect(findStanding(pending, undefined)).toBe(from);
    expect(findStanding({ ...pending, phase: 'back' }, '2026.9.5')).toBe(from);
    expect(findStanding(pending, '2026.9.5')).toBeUndefined();
  });
});
