import { useState } from 'react';
import { createReaching, type MoreToSay, type Reach } from './reach.ts';
import { useAction, type Action } from './use-action.ts';

export interface ReachingAction extends Omit<Action, 'run'> {
  readonly run: (work: (reach: Reach) => Promise<unknown>) => Promise<boolean>;
  /** The same work once more, with more to say. */
  readonly again: (more: MoreToSay) => Promise<boolean>;
}

/**
 * Something that may find a server that asks who one is: what a person answers is kept as long as the page is open.
 * @param target whom the work reaches, as it is typed now: of another one no error is shown, and no answer known
 */
export function useReach(target: string): ReachingAction {
  const { run, busy, error } = useAction();
  const [tried, setTried] = useState<string>();
  const [reaching] = useState(() => createReaching(run, setTried));
  return {
    busy,
    error: tried === target ? error : undefined,
    run: (work) => reaching.run(target, work),
    again: reaching.again,
  };
}
