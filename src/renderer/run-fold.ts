import { reduceRun } from '../shared/run-reducer.ts';
import type { RunEvent, RunSnapshot } from '../shared/model/run.ts';

export type RunChange =
  | { readonly is: 'run'; readonly run: RunSnapshot }
  /** Something was missed: the whole is to be asked for. */
  | { readonly is: 'gap' };

/** What an event makes of a run that is known here, or is not. Pure. */
export function foldRun(known: RunSnapshot | undefined, event: RunEvent): RunChange {
  if (known === undefined && event.type !== 'run.started') return { is: 'gap' };
  const folded = reduceRun(known, event);
  return folded.is === 'gap' ? { is: 'gap' } : { is: 'run', run: folded.snapshot };
}

/** A list has runs without their lines: what is as new and has lines stays. Pure. */
export function mergeRuns(
  known: Readonly<Record<string, RunSnapshot>>,
  list: readonly RunSnapshot[],
): Readonly<Record<string, RunSnapshot>> {
  return Object.fromEntries(
    list.map((run) => {
      const before = known[run.runId];
      return [run.runId, before !== undefined && before.seq >= run.seq ? before : run];
    }),
  );
}

/** The newest first. Pure. */
export function sortRuns(runs: Readonly<Record<string, RunSnapshot>>): RunSnapshot[] {
  return Object.values(runs).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}
