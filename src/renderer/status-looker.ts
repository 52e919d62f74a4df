import type { InstanceView } from '../shared/contract/instance.ts';
import type { Client } from './client.ts';
import { useStore } from './store.ts';

/** Servers that are asked side by side. */
const AT_ONCE = 3;

/**
 * The list shows how each instance is: every one is asked once, when it appears. What is opened is watched from then on,
 * and tells by itself.
 */
export function createStatusLooker(client: Client): { look(instances: readonly InstanceView[]): void } {
  const asked = new Set<string>();
  const waiting: string[] = [];
  let busy = 0;

  const next = (): void => {
    if (busy >= AT_ONCE) return;
    const instanceId = waiting.shift();
    if (instanceId === undefined) return;
    busy += 1;
    client
      .call('instance.status', { instanceId })
      .then(
        (status) => useStore.setState(({ statuses }) => ({ statuses: { ...statuses, [instanceId]: status } })),
        // its own page says why; after a lost connection it is asked again
        () => void asked.delete(instanceId),
      )
      .finally(() => {
        busy -= 1;
        next();
      });
    next();
  };

  return {
    look(instances) {
      const { statuses } = useStore.getState();
      for (const { id, phase } of instances) {
        if (phase !== 'deployed' || asked.has(id) || statuses[id] !== undefined) continue;
        asked.add(id);
        waiting.push(id);
      }
      next();
    },
  };
}
