import { useCallback, useEffect, useState } from 'react';
import type { ErrorReport } from '../shared/app-error.ts';
import type { CallName, CallOutput } from '../shared/contract/contract.ts';
import { toReport } from './client.ts';
import { useClient } from './live.ts';
import { useStore } from './store.ts';

/** Calls that need nothing to be said. */
type PlainCall = Extract<CallName, 'server.list' | 'trust.list' | 'server.sshHosts' | 'deployment.versions'>;

interface Asked<T> {
  /** Undefined: not answered yet. What was answered before stays while it is asked again. */
  readonly answer: T | undefined;
  readonly error: ErrorReport | undefined;
  readonly again: () => void;
}

/** Asks the door when the page opens, and again whenever its instances change. */
export function useAsked<N extends PlainCall>(name: N): Asked<CallOutput<N>> {
  const client = useClient();
  const isConnected = useStore(({ connection }) => connection === 'connected');
  const instances = useStore((state) => state.instances);
  const [answer, setAnswer] = useState<CallOutput<N>>();
  const [error, setError] = useState<ErrorReport>();
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!isConnected) return undefined;
    let isOver = false;
    client.call<PlainCall>(name, {}).then(
      (got) => {
        if (isOver) return;
        // the contract's answer to this very call
        setAnswer(got as CallOutput<N>);
        setError(undefined);
      },
      (failure: unknown) => {
        if (!isOver) setError(toReport(failure));
      },
    );
    return () => {
      isOver = true;
    };
  }, [client, name, isConnected, instances, attempt]);

  const again = useCallback(() => setAttempt((number) => number + 1), []);
  return { answer, error, again };
}
