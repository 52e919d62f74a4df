import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceStatusView, InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { useStore } from '../../store.ts';
import { createInstanceTurns, type InstanceDeed, type InstanceTurns } from './instance-turns.ts';
import { findLoginField } from './login-error.ts';

export interface InstanceActions {
  /** What goes on now, then what waits for its end, asked for here. */
  readonly doing: readonly InstanceDeed[];
  readonly error: ErrorReport | undefined;
  /** What failed, once more; a look where nothing that was asked for did. */
  readonly retry: () => void;
  readonly look: () => void;
  readonly control: (verb: 'start' | 'stop' | 'restart') => void;
  /** Both go on to the page of their run. */
  readonly suspend: (because: string | undefined) => void;
  readonly resume: () => void;
}

/** Who leaves the page of an instance and comes back finds what goes on with it. */
const known = new Map<string, InstanceTurns>();

function turnsOf(instanceId: string): InstanceTurns {
  const turns = known.get(instanceId) ?? createInstanceTurns(() => useStore.getState().statuses[instanceId]);
  known.set(instanceId, turns);
  return turns;
}

/** Looks once when the page opens; then does what the person asks. */
export function useInstanceActions({ id: instanceId, target }: InstanceView): InstanceActions {
  const client = useClient();
  const connection = useStore((state) => state.connection);
  const status = useStore(({ statuses }) => statuses[instanceId]);
  const turns = turnsOf(instanceId);
  const { deeds, failure } = useSyncExternalStore(turns.onChange, () => turns.state);

  const readStatus = useCallback(
    async () => keepStatus(await client.call('instance.status', { instanceId })),
    [client, instanceId],
  );
  useEffect(() => {
    if (connection === 'connected') turns.look(readStatus);
  }, [connection, turns, readStatus]);
  useEffect(() => () => turns.forgetFailure(), [turns]);

  // a look that failed says nothing any more when there is a newer one, nor does a missing login after signing in
  const isOld =
    failure !== undefined &&
    status !== failure.status &&
    (failure.deed === 'look' || findLoginField(failure.error, target) !== undefined);
  const error = isOld ? undefined : failure?.error;
  const look = (): void => turns.ask('look', readStatus);
  return {
    doing: deeds,
    error,
    retry: (error === undefined ? undefined : turns.again) ?? look,
    look,
    control: (verb) =>
      turns.ask(verb, async () => {
        await client.call(`instance.${verb}`, { instanceId });
        await readStatus();
      }),
    suspend: (because) =>
      turns.ask('suspend', async () => {
        const { runId } = await client.call('instance.suspend', {
          instanceId,
          ...(because === undefined ? {} : { because }),
        });
        goTo({ page: 'run', runId });
      }),
    resume: () =>
      turns.ask('resume', async () => {
        const { runId } = await client.call('instance.resume', { instanceId });
        goTo({ page: 'run', runId });
      }),
  };
}

/** For everybody who shows it. */
export function keepStatus(status: InstanceStatusView): void {
  useStore.setState(({ statuses }) => ({ statuses: { ...statuses, [status.instanceId]: status } }));
}
