import { needed, satisfied } from '../../../shared/model/run.ts';
import type { InstanceId } from '../../../shared/model/ids.ts';
import type { SupervisorAccess } from '../../supervisor/supervise.ts';
import type { Step } from '../step.ts';

/** What a gateway gets to end its work before a removal ends it. */
const STOP_GRACE_MS = 20_000;

/** The gateway has ended and nobody starts it again. A supervisor that has nothing else to look after ends as well. */
export function absentServiceStep(supervisor: SupervisorAccess, id: InstanceId): Step {
  return {
    id: 'service',
    title: 'Stop the gateway',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check() {
      return (await supervisor.isKnown(id))
        ? needed('the supervisor looks after the gateway', 'restart')
        : satisfied('the supervisor does not know the gateway');
    },
    async apply({ act, signal }) {
      await act('Stopping the gateway', async () => {
        await using client = await supervisor.open(signal);
        // It may finish what it works on; what it cannot finish nobody will see any more.
        const impatience = setTimeout(() => {
          client.call('stop', { gateway: id, force: true }).catch(() => undefined);
        }, STOP_GRACE_MS);
        try {
          await client.call('remove', { gateway: id }, { signal });
        } finally {
          clearTimeout(impatience);
        }
        if ((await client.call('list', {})).length === 0) await client.call('shutdown', { gateways: 'leave' });
      });
    },
  };
}
