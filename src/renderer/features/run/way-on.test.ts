import { describe, expect, it } from 'vitest';
import { planKindSchema, type PlanKind, type RunSnapshot } from '../../../shared/model/run.ts';
import { findWayOn } from './way-on.ts';

const run = (kind: PlanKind, status: RunSnapshot['status'], code?: string): RunSnapshot =>
  ({
    runId: 'r-1',
    kind,
    status,
    instanceId: 'i-1',
    instanceName: 'home',
    place: 'local',
    ...(code === undefined ? {} : { error: { code, message: '', retry: true } }),
  }) as unknown as RunSnapshot;

describe('the way on from a run that did not end well', () => {
  it('is to go on only for a deployment', () => {
    expect(findWayOn(run('deploy', 'failed'), false)).toEqual({ is: 'plan', of: 'deploy', label: 'Retry from here' });
    expect(findWayOn(run('deploy', 'cancelled'), true)?.label).toBe('Resume');
    expect(findWayOn(run('deploy', 'failed', 'run.interrupted'), true)?.label).toBe('Resume');
    for (const kind of planKindSchema.options.filter((one) => one !== 'deploy')) {
      expect(findWayOn(run(kind, 'cancelled'), true)?.label).not.toMatch(/^(Resume|Try again|Retry)/);
    }
  });

  it('says what is asked about again', () => {
    expect(findWayOn(run('suspend', 'cancelled'), true)).toEqual({
      is: 'question',
      what: 'suspend',
      label: 'Suspend again…',
    });
    expect(findWayOn(run('remove', 'failed'), true)).toEqual({ is: 'plan', of: 'remove', label: 'Remove again…' });
  });

  it('says where it leads when it does nothing itself', () => {
    expect(findWayOn(run('backup', 'failed'), true)).toEqual({
      is: 'page',
      route: { page: 'instance', instanceId: 'i-1', tab: 'backups' },
      label: 'To Backups',
    });
    expect(findWayOn(run('resume', 'cancelled'), true)?.label).toBe('To the instance');
  });

  it('is not there where nothing is left to do, or nothing to do it with', () => {
    expect(findWayOn(run('backup', 'succeeded'), true)).toBeUndefined();
    expect(findWayOn(run('backup', 'running'), true)).toBeUndefined();
    expect(findWayOn(run('remove', 'failed'), false)).toBeUndefined();
  });
});
