import type { InstanceId } from '../../../shared/model/ids.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Collection } from '../../state/collection.ts';
import type { Step } from '../step.ts';
import { formatArchive, noteLeftFor } from './backup-work.ts';
import type { Quarters } from './quarters.ts';

const LONG_MS = 60 * 60_000;

/** Takes away the state that a way back has kept because there was no backup of it. */
export function forgetStep(
  id: InstanceId,
  quarters: Quarters,
  instances: Pick<Collection<Instance, InstanceId>, 'get' | 'update'>,
): Step {
  return {
    id: 'forget',
    title: 'Remove what an update had made of the state',
    facts: [],
    timeoutMs: LONG_MS,
    async check(context) {
      const left = (await instances.get(id))?.leftState;
      if (left !== undefined) return needed(`${formatArchive(left.bytes)} of ${left.at.slice(0, 10)}`, 'data-loss');
      return (await quarters.hasBefore(context))
        ? needed('it lies beside the state that is in use', 'data-loss')
        : satisfied('nothing of it is left');
    },
    async apply(context) {
      await quarters.forget(context);
      await context.act('Noting that it is gone', () => noteLeftFor(instances, id)(undefined));
    },
  };
}
