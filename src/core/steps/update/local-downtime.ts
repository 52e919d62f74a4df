import type { Step } from '../step.ts';
import { describeDowntime } from './server-upgrade.ts';

/**
 * From the moment in which a gateway of this computer is asked to stop to the one in which the newer one is ready; a run that goes
 * on with one that was cut short does not know the first of them, and says nothing.
 */
export function measureDowntime(stop: Step, ready: Step): { readonly stop: Step; readonly ready: Step } {
  let since: number | undefined;
  return {
    stop: {
      ...stop,
      async apply(context) {
        since = performance.now();
        await stop.apply(context);
      },
    },
    ready: {
      ...ready,
      async apply(context) {
        await ready.apply(context);
        if (since !== undefined) context.note(describeDowntime(performance.now() - since));
        since = undefined;
      },
    },
  };
}
