import type { RunSnapshot } from '../shared/model/run.ts';

/** The newest first. Pure. */
export function sortRuns(runs: Readonly<Record<string, RunSnapshot>>): RunSnapshot[] {
  return Object.values(runs).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}
