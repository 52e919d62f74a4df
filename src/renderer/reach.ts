import type { DeploymentSecretsInput } from '../shared/model/spec.ts';
import type { Action } from './use-action.ts';

/** What a server was told so far. */
export interface Reach {
  readonly secrets: DeploymentSecretsInput;
  readonly trustHostKeys: string[];
}

/** What a person says to one that has asked who they are. */
export interface MoreToSay {
  readonly secrets?: DeploymentSecretsInput;
  readonly trust?: string;
}

type Work = (reach: Reach) => Promise<unknown>;

export interface Reaching {
  readonly run: (target: string, work: Work) => Promise<boolean>;
  /** The same work once more, at the same target. */
  readonly again: (more: MoreToSay) => Promise<boolean>;
}

const nothing: Reach = { secrets: {}, trustHostKeys: [] };

/**
 * Keeps what is said to a target for that target alone: whoever tries another begins with nothing.
 * @param act does one thing at a time, and does not hear of others meanwhile
 * @param onTry of the target that is tried from now on
 */
export function createReaching(act: Action['run'], onTry: (target: string) => void): Reaching {
  let reach = nothing;
  let tried: string | undefined;
  let last: Work = () => Promise.resolve();
  return {
    run: (target, work) =>
      act(() => {
        if (target !== tried) reach = nothing;
        tried = target;
        last = work;
        onTry(target);
        return work(reach);
      }),
    again: ({ secrets, trust }) =>
      act(() => {
        reach = {
          secrets: { ...reach.secrets, ...secrets },
          trustHostKeys: trust === undefined ? reach.trustHostKeys : [...reach.trustHostKeys, trust],
        };
        return last(reach);
      }),
  };
}
