import { useEffect } from 'react';
import { isOlder } from '../shared/version-order.ts';
import type { InstanceView } from '../shared/contract/instance.ts';
import { useClient } from './live.ts';
import { useStore } from './store.ts';

/** Upstream publishes every few days: who opens a page does not ask more often than this. */
const FRESH_MS = 3 * 60 * 60_000;
/** Before a registry that did not answer is asked again. */
const AGAIN_MS = 5 * 60_000;

/** The newest version, as far as it is known: asked when a page is opened, and kept for all of them. */
export function useNewest(): string | undefined {
  const client = useClient();
  const isConnected = useStore(({ connection }) => connection === 'connected');
  const newest = useStore((state) => state.newest);
  useEffect(() => {
    const { newest: known } = useStore.getState();
    const age = Date.now() - (known?.askedAt ?? 0);
    if (!isConnected || age < (known?.version === undefined ? AGAIN_MS : FRESH_MS)) return;
    const askedAt = Date.now();
    // while it is asked nobody else asks
    useStore.setState({ newest: { ...known, askedAt } });
    client.call('deployment.versions', {}).then(
      ({ tags, newest: versions }) => {
        const version = tags['latest'] ?? versions[0];
        useStore.setState({ newest: { askedAt, ...(version === undefined ? {} : { version }) } });
      },
      () => undefined,
    );
  }, [client, isConnected]);
  return newest?.version;
}

/** The version that this one could be brought to; undefined: it runs the newest, or nobody knows. Pure. */
export function findNewer(runs: string, newest: string | undefined): string | undefined {
  return newest !== undefined && isOlder(runs, newest) ? newest : undefined;
}

/** Those that have a newer version, and can be updated now. Pure. */
export function listOutdated(
  instances: readonly InstanceView[] | undefined,
  newest: string | undefined,
): readonly InstanceView[] {
  return (instances ?? []).filter(
    ({ phase, version, pendingUpdate, suspension, adopted }) =>
      // what is suspended was to stand still, and what was adopted is updated by others
      phase === 'deployed' &&
      suspension === undefined &&
      adopted === undefined &&
      (pendingUpdate !== undefined || findNewer(version, newest) !== undefined),
  );
}
