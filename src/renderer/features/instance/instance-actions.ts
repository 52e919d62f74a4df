import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { useAction } from '../../use-action.ts';

type InstanceVerb = 'start' | 'stop' | 'restart';

export interface InstanceActions {
  /** What goes on now, asked for here. */
  readonly doing: InstanceVerb | 'look' | undefined;
  readonly error: ErrorReport | undefined;
  readonly look: () => void;
  readonly control: (verb: InstanceVerb) => void;
}

/** Looks once when the page opens; then does what the person asks. */
export function useInstanceActions({ id: instanceId }: InstanceView): InstanceActions {
  const client = useClient();
  const connection = useStore((state) => state.connection);
  const { run, busy, error } = useAction();
  const [doing, setDoing] = useState<InstanceActions['doing']>();

  const looking = useRef<Promise<unknown>>(undefined);

  const look = useCallback(() => {
    looking.current = run(async () => {
      setDoing('look');
      const status = await client.call('instance.status', { instanceId });
      useStore.setState(({ statuses }) => ({ statuses: { ...statuses, [instanceId]: status } }));
    });
  }, [client, instanceId, run]);

  useEffect(() => {
    if (connection === 'connected') look();
  }, [connection, look]);

  const control = (verb: InstanceVerb): void => {
    setDoing(verb);
    const act = async (): Promise<void> => {
      await client.call(`instance.${verb}`, { instanceId });
      const status = await client.call('instance.status', { instanceId });
      useStore.setState(({ statuses }) => ({ statuses: { ...statuses, [instanceId]: status } }));
    };
    // a look at a far server takes seconds: who presses a button meanwhile is heard
    void Promise.resolve(looking.current).then(() => run(act));
  };

  return { doing: busy ? doing : undefined, error, look, control };
}
