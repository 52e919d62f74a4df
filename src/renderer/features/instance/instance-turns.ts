import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceStatusView } from '../../../shared/contract/instance.ts';
import { toReport } from '../../client.ts';

export type InstanceVerb = 'start' | 'stop' | 'restart' | 'suspend' | 'resume';
export type InstanceDeed = InstanceVerb | 'look';

/** What goes on with one instance, asked for here. A value: each change makes another one. */
export interface TurnsState {
  /** What goes on now, then what waits for its end. */
  readonly deeds: readonly InstanceDeed[];
  /** Of the last one that failed; forgotten when a person asks for something else. */
  readonly failure: TurnFailure | undefined;
}

interface TurnFailure {
  readonly deed: InstanceDeed;
  readonly error: ErrorReport;
  /** What was known of the instance then. */
  readonly status: InstanceStatusView | undefined;
}

/**
 * What is asked of one instance is done one after another, and nothing that a person has asked for is lost: who suspends while
 * it restarts is heard when the restart has ended. Core would freeze it at once, but then the lease of the restart refuses
 * what makes that last, and on a server or in a container the restart starts it anew.
 */
export interface InstanceTurns {
  readonly state: TurnsState;
  readonly onChange: (listener: () => void) => () => void;
  /** Not heard while anything goes on: all of that looks at its end. Keeps the failure of a verb, which nobody may have read. */
  look(work: () => Promise<void>): void;
  /** After all that goes on. One that is the last of them already is not done twice. */
  ask(deed: InstanceDeed, work: () => Promise<void>): void;
  /** What failed last, once more; undefined: nothing did. */
  readonly again: (() => void) | undefined;
  forgetFailure(): void;
}

interface Turn {
  readonly deed: InstanceDeed;
  readonly work: () => Promise<void>;
}

export function createInstanceTurns(readStatus: () => InstanceStatusView | undefined): InstanceTurns {
  const listeners = new Set<() => void>();
  let turns: readonly Turn[] = [];
  let failed: { readonly turn: Turn; readonly failure: TurnFailure } | undefined;
  let state: TurnsState = { deeds: [], failure: undefined };

  const change = (): void => {
    state = { deeds: turns.map(({ deed }) => deed), failure: failed?.failure };
    for (const listener of [...listeners]) listener();
  };
  const next = async (): Promise<void> => {
    const [turn] = turns;
    if (turn === undefined) return;
    try {
      await turn.work();
    } catch (thrown) {
      failed = { turn, failure: { deed: turn.deed, error: toReport(thrown), status: readStatus() } };
    }
    turns = turns.slice(1);
    change();
    await next();
  };
  const add = (turn: Turn): void => {
    const isFirst = turns.length === 0;
    turns = [...turns, turn];
    change();
    if (isFirst) void next();
  };
  const ask = (turn: Turn): void => {
    if (turns.at(-1)?.deed === turn.deed) return;
    failed = undefined;
    add(turn);
  };

  return {
    get state() {
      return state;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look(work) {
      if (turns.length > 0) return;
      if (failed?.failure.deed === 'look') failed = undefined;
      add({ deed: 'look', work });
    },
    ask: (deed, work) => ask({ deed, work }),
    get again() {
      const turn = failed?.turn;
      return turn === undefined ? undefined : () => ask(turn);
    },
    forgetFailure() {
      failed = undefined;
      change();
    },
  };
}
