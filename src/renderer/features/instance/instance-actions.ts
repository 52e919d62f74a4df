import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceStatusView, InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { useStore } from '../../store.ts';
import { useAction } from '../../use-action.ts';

type InstanceVerb = 'start' | 'stop' | 'restart' | 'suspend' | 'resume';

export interface InstanceActions {
  /** What goes on now, asked for here. */
  readonly doing: InstanceVerb | 'look' | undefined;
  readonly error: ErrorReport | undefined;
  readonly look: () => void;
  readonly control: (verb: 'start' | 'stop' | 'restart') => void;
  /** Both go on to the page of their run. */
  readonly suspend: (because: string | undefined) => void;
  readonly resume: () => void;
}

/** Looks once when the page opens; then does what the person asks. */
export function useInstanceActions({ id: instanceId }: InstanceView): InstanceActions {
  const client = useClient();
  const connection = useStore((state) => state.connection);
  const { run, busy, error } = useAction();
  const [doing, setDoing] = useState<InstanceActions['doing']>();

  const looking = useRef<Promise<unknown>>(undefined);
  const status = useStore(({ statuses }) => statuses[instanceId]);
  /** What was known when a look failed. */
  const [knownThen, setKnownThen] = useState<InstanceStatusView>();

  const look = useCallback(() => {
    const begun = run(async () => {
      setDoing('look');
      try {
        keepStatus(await client.call('instance.status', { instanceId }));
      } catch (failure) {
        setKnownThen(useStore.getState().statuses[instanceId]);
        throw failure;
      }
    });
    // one that is not heard, because another goes on, ends at once
    looking.current = Promise.allSettled([looking.current, begun]).then(() => undefined);
  }, [client, instanceId, run]);
  // a look that failed says nothing any more when there is a newer one: of the door, or after signing in
  const isOld = doing === 'look' && !busy && error !== undefined && status !== knownThen;

  useEffect(() => {
    if (connection === 'connected') look();
  }, [connection, look]);

  const act = (verb: InstanceVerb, work: () => Promise<void>): void => {
    setDoing(verb);
    // a look at a far server takes seconds: who presses a button meanwhile is heard
    void Promise.resolve(looking.current).then(() => run(work));
  };
  return {
    doing: busy ? doing : undefined,
    error: isOld ? undefined : error,
    look,
    control: (verb) =>
      act(verb, async () => {
        await client.call(`instance.${verb}`, { instanceId });
        keepStatus(await client.call('instance.status', { instanceId }));
      }),
    suspend: (because) =>
      act('suspend', async () => {
        const { runId } = await client.call('instance.suspend', {
          instanceId,
          ...(because === undefined ? {} : { because }),
        });
        goTo({ page: 'run', runId });
      }),
    resume: () =>
      act('resume', async () => {
        const { runId } = await client.call('instance.resume', { instanceId });
        goTo({ page: 'run', runId });
      }),
  };
}

/** For everybody who shows it. */
export function keepStatus(status: InstanceStatusView): void {
  useStore.setState(({ statuses }) => ({ statuses: { ...statuses, [status.instanceId]: status } }));
}
