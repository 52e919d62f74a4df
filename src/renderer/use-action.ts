import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../shared/app-error.ts';
import { toReport } from './client.ts';

export interface Action {
  readonly busy: boolean;
  readonly error: ErrorReport | undefined;
  /** One at a time: what is asked while it goes on is not heard. True: it went well. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Something that a person set going: whether it goes on, and why it did not work. */
export function useAction(): Action {
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: ErrorReport | undefined }>({
    busy: false,
    error: undefined,
  });
  const busy = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setState({ busy: true, error: undefined });
    let error: ErrorReport | undefined;
    try {
      await work();
    } catch (failure) {
      error = toReport(failure);
    }
    busy.current = false;
    if (mounted.current) setState({ busy: false, error });
    return error === undefined;
  }, []);
  return { ...state, run };
}
