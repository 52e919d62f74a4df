import { AppError } from '../../shared/app-error.ts';
import type { Suspension } from '../../shared/model/guard.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { InstanceStatus } from '../api-link.ts';

export function suspendedError({ because, at, by }: Suspension): AppError {
  return new AppError('instance.suspended', {
    message: `This instance is suspended: ${because}.`,
    details: { because, at, by },
  });
}

/** What stands still because it is suspended is not just stopped. What runs all the same is said to run: it should not. Pure. */
export function sayIfSuspended(status: InstanceStatus): InstanceStatus {
  const { suspension } = status.instance;
  const isDown = status.state === 'stopped' || status.state === 'failed' || status.state === 'not-deployed';
  if (suspension === undefined || !isDown) return status;
  return { ...status, state: 'suspended', because: suspension.because };
}

/** Pure. */
export function withoutSuspension(instance: Instance): Instance {
  const record = { ...instance };
  delete record.suspension;
  return record;
}
