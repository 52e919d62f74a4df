import type { InstanceView } from '../shared/contract/instance.ts';
import type { Client } from './client.ts';
import { findLoginField } from './features/instance/login-error.ts';
import { useStore } from './store.ts';

/** Servers that are asked side by side. */
const AT_ONCE = 3;
/** What was seen of a server longer ago may be another thing by now. Each answer costs it one login. */
export const FRESH_MS = 5 * 60_000;

interface LookerDeps {
  readonly now: () => number;
  /** Whether the page of an instance is open: that looks, and is told from then on. */
  readonly isOpen: (instanceId: string) => boolean;
}

export interface StatusLooker {
  /** Asks those that were not asked yet, and those whose answer is old. */
  look(instances: readonly InstanceView[]): void;
  /** What was known until now may have changed without being told. */
  distrust(): void;
}

/** The list shows how each instance is. Only what is opened is watched: of the others an answer is asked for again when it is old. */
export function createStatusLooker(client: Client, { now, isOpen }: LookerDeps): StatusLooker {
  const askedAt = new Map<string, number>();
  const waiting: string[] = [];
  let busy = 0;
  let trustedSince = 0;

  const next = (): void => {
    if (busy >= AT_ONCE) return;
    const instanceId = waiting.shift();
    if (instanceId === undefined) return;
    busy += 1;
    client
      .call('instance.status', { instanceId })
      .then(
        (status) => useStore.setState(({ statuses }) => ({ statuses: { ...statuses, [instanceId]: status } })),
        // its own page says why
        () => undefined,
      )
      .finally(() => {
        busy -= 1;
        next();
      });
    next();
  };
  const isDue = ({ id, phase, target }: InstanceView): boolean => {
    const status = useStore.getState().statuses[id];
    if (phase !== 'deployed' || isOpen(id)) return false;
    // one that asks for a login which nobody has given is not tried again and again: servers shut out who fails often
    if (findLoginField(status?.error, target) !== undefined) return false;
    const seenAt = Math.max(askedAt.get(id) ?? 0, status === undefined ? 0 : Date.parse(status.at));
    return seenAt < Math.max(trustedSince, now() - FRESH_MS);
  };

  return {
    look(instances) {
      for (const instance of instances) {
        if (!isDue(instance)) continue;
        askedAt.set(instance.id, now());
        waiting.push(instance.id);
      }
      next();
    },
    distrust() {
      trustedSince = now();
    },
  };
}
