import { useRef } from 'react';
import type { DeploymentSecretsInput } from '../shared/model/spec.ts';
import { useAction, type Action } from './use-action.ts';

/** What a server was told so far. */
export interface Reach {
  readonly secrets: DeploymentSecretsInput;
  readonly trustHostKeys: string[];
}

export interface ReachingAction extends Omit<Action, 'run'> {
  readonly run: (work: (reach: Reach) => Promise<unknown>) => Promise<boolean>;
  /** The same work once more, with more to say. */
  readonly again: (more: { readonly secrets?: DeploymentSecretsInput; readonly trust?: string }) => Promise<boolean>;
}

/** Something that may find a server that asks who one is: what a person answers is kept as long as the page is open. */
export function useReach(): ReachingAction {
  const { run, busy, error } = useAction();
  const reach = useRef<Reach>({ secrets: {}, trustHostKeys: [] });
  const last = useRef<(reach: Reach) => Promise<unknown>>(() => Promise.resolve());
  return {
    busy,
    error,
    run: (work) => {
      last.current = work;
      return run(() => work(reach.current));
    },
    again: ({ secrets, trust }) => {
      const { secrets: before, trustHostKeys } = reach.current;
      reach.current = {
        secrets: { ...before, ...secrets },
        trustHostKeys: trust === undefined ? trustHostKeys : [...trustHostKeys, trust],
      };
      return run(() => last.current(reach.current));
    },
  };
}
