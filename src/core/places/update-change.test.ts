import { describe, expect, it } from 'vitest';
import { sampleInstance } from '../../../test/sample-instance.ts';
import { backupIdSchema } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { PlaceServices } from './place-services.ts';
import { describeLoss, draftRollback, draftUpdate, type UpdatePlace } from './update-change.ts';

const id = backupIdSchema.parse('b-00000000000000aa');
const nowMs = Date.parse('2026-11-21T12:00:00Z');
const services = {
  ids: { backup: () => id },
  state: { backups: { get: () => Promise.resolve(undefined) } },
  now: () => nowMs,
} as unknown as PlaceServices;
const placeOf = (runs: string | undefined, more: Partial<Instance> = {}): UpdatePlace =>
  ({ instance: { ...sampleInstance(), ...more }, runs, isStill: false }) as unknown as UpdatePlace;

describe('what is lost', () => {
  it('is said with its date and its age', () => {
    const text = describeLoss({ createdAt: '2026-11-18T09:30:00.000Z' }, '2026.9.5', nowMs);
    expect(text).toContain('2026-11-18 09:30 UTC (3 days ago)');
    expect(describeLoss({ createdAt: '2026-11-21T09:30:00.000Z' }, '2026.9.5', nowMs)).toContain('(today)');
  });
});

describe('an update', () => {
  it('leads forward alone, and needs something to lead forward', () => {
    const draft = (runs?: string): unknown => draftUpdate(placeOf(runs), '2026.9.5', {}, services, {});
    expect(() => draft('2026.9.6')).toThrow(expect.objectContaining({ code: 'update.older' }));
    expect(() => draft()).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  it('is taken back with what runs, as the machine says, and with what a run that was cut short has written down', () => {
    const { work, safety } = draftUpdate(placeOf('2026.9.4'), '2026.9.6', {}, services, {});
    expect([work.from.version, work.from.backup, safety.id]).toEqual(['2026.9.4', id, id]);
    const from = {
      version: '2026.9.5',
      backup: backupIdSchema.parse('b-00000000000000bb'),
      at: '2026-11-20T12:00:00.000Z',
    };
    const pendingUpdate = { version: '2026.9.6', from, isStill: true, phase: 'forward' } as const;
    const resumed = draftUpdate(placeOf('2026.9.6', { pendingUpdate }), '2026.9.6', {}, services, {});
    expect([resumed.work.from, resumed.work.isStill]).toEqual([from, true]);
    // Where it has touched nothing yet, what came since is in a backup of its own.
    const afresh = draftUpdate(placeOf('2026.9.5', { pendingUpdate }), '2026.9.6', {}, services, {});
    expect([afresh.work.from, afresh.work.isStill]).toMatchObject([{ version: '2026.9.5', backup: id }, true]);
  });
});

describe('what is suspended', () => {
  const suspension = { at: '2026-11-21T12:00:00.000Z', by: 'person', because: 'a visit' } as const;
  const from = { version: '2026.9.5', backup: id, at: '2026-11-20T12:00:00.000Z' };

  it('is not updated', () => {
    const draft = (): unknown => draftUpdate(placeOf('2026.9.5', { suspension }), '2026.9.6', {}, services, {});
    expect(draft).toThrow(expect.objectContaining({ code: 'update.suspended' }));
  });

  it('is not led back either, where that would have to start it', async () => {
    const rollback = (isStill: boolean): Promise<unknown> => {
      const pendingUpdate = { version: '2026.9.6', from, isStill, phase: 'back' } as const;
      return draftRollback(placeOf('2026.9.6', { suspension, pendingUpdate }), services, {});
    };
    await expect(rollback(false)).rejects.toMatchObject({ code: 'update.suspended' });
    await expect(rollback(true)).rejects.toMatchObject({ code: 'rollback.no-backup' });
  });
});

describe('a rollback', () => {
  it('needs an update, and its backup', async () => {
    await expect(draftRollback(placeOf('2026.9.6'), services, {})).rejects.toMatchObject({ code: 'rollback.none' });
    const wayBack = { version: '2026.9.5', backup: id, at: '2026-11-20T12:00:00.000Z' };
    const draft = draftRollback(placeOf('2026.9.6', { wayBack }), services, {});
    await expect(draft).rejects.toMatchObject({ code: 'rollback.no-backup' });
  });
});
