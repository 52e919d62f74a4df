import { useCallback, useEffect, useState } from 'react';
import type { ErrorReport } from '../shared/app-error.ts';
import type { CallName, CallOutput } from '../shared/contract/contract.ts';
import { toReport } from './client.ts';
import { useClient } from './live.ts';
import { useStore } from './store.ts';

/** Calls that need nothing to be said. */
type PlainCall = Extract<CallName, 'server.list' | 'trust.list' | 'server.sshHosts' | 'deployment.versions'>;

export interface Asked<T> {
  /** Undefined: not answered yet. What was answered before stays while it is asked again. */
  readonly answer: T | undefined;
  readonly error: ErrorReport | undefined;
  readonly asking: boolean;
  readonly again: () => void;
}

/** Asks the door when the page opens, and again whenever its instances change. */
export function useAsked<N extends PlainCall>(name: N): Asked<CallOutput<N>> {
  const client = useClient();
  const instances = useStore((state) => state.instances);
  // the contract's answer to this very call
  const ask = useCallback(async () => (await client.call<PlainCall>(name, {})) as CallOutput<N>, [client, name]);
  return useAnswer(ask, instances);
}

/** Asks when the page opens, when the connection is a new one, and when `about` is another. @param ask stays the same function */
export function useAnswer<T>(ask: () => Promise<T>, about?: unknown): Asked<T> {
  const isConnected = useStore(({ connection }) => connection === 'connected');
  const [answer, setAnswer] = useState<T>();
  const [error, setError] = useState<ErrorReport>();
  const [attempt, setAttempt] = useState(0);
  const [asking, setAsking] = useState(false);

  useEffect(() => {
    if (!isConnected) return undefined;
    let isOver = false;
    setAsking(true);
    ask()
      .then(
        (got) => {
          if (isOver) return;
          setAnswer(got);
          setError(undefined);
        },
        (failure: unknown) => {
          if (!isOver) setError(toReport(failure));
        },
      )
      .finally(() => {
        if (!isOver) setAsking(false);
      });
    return () => {
      isOver = true;
    };
  }, [ask, isConnected, about, attempt]);

  const again = useCallback(() => setAttempt((number) => number + 1), []);
  return { answer, error, asking, again };
}
