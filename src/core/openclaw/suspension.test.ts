import { describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../api-link.ts';
import { sayIfSuspended, suspendedError } from './suspension.ts';
import { sampleInstance } from '../../../test/sample-instance.ts';

const suspension = { at: '2026-11-21T10:00:00.000Z', by: 'guard' as const, because: 'CPU above 90 % for 5 min' };
const instance = sampleInstance();
const say = (state: InstanceStatus['state'], isSuspended: boolean): Pick<InstanceStatus, 'state' | 'because'> => {
  const { state: said, because } = sayIfSuspended({
    instance: isSuspended ? { ...instance, suspension } : instance,
    state,
    because: 'it was stopped',
  });
  return { state: said, because };
};

describe('what is said of a suspended instance', () => {
  it('says why it stands still', () => {
    expect(say('stopped', true)).toEqual({ state: 'suspended', because: 'CPU above 90 % for 5 min' });
    expect(say('failed', true).state).toBe('suspended');
  });

  it('does not hide that one runs, or that nobody knows', () => {
    expect(say('running', true).state).toBe('running');
    expect(say('unreachable', true).state).toBe('unreachable');
  });

  it('leaves the others alone', () => {
    expect(say('stopped', false)).toEqual({ state: 'stopped', because: 'it was stopped' });
  });

  it('refuses with the reason and who it was', () => {
    expect(suspendedError(suspension)).toMatchObject({
      code: 'instance.suspended',
      message: 'This instance is suspended: CPU above 90 % for 5 min.',
      details: { by: 'guard' },
    });
  });
});
