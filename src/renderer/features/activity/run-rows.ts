import type { RunSnapshot } from '../../../shared/model/run.ts';
import { sortRuns } from '../../run-fold.ts';
import { readOutcome, type RunOutcome } from '../../text/run-text.ts';

/** What the list of all runs shows of one. */
export interface RunRow extends Pick<RunSnapshot, 'runId' | 'kind' | 'instanceName' | 'place' | 'startedAt'> {
  readonly outcome: RunOutcome;
  /** Undefined: it goes on. */
  readonly endedAt: string | undefined;
}

type Runs = Readonly<Record<string, RunSnapshot>>;

/**
 * Reads the rows, the newest first. The same ones as before while none of them says anything else: a run that speaks a thousand
 * lines a minute changes its snapshot as often, and no row.
 */
export function createRowReader(): (runs: Runs) => readonly RunRow[] {
  const rowOf = new WeakMap<RunSnapshot, RunRow>();
  let before: readonly RunRow[] = [];
  const known = new Map<string, RunRow>();

  const read = (run: RunSnapshot): RunRow => {
    const same = rowOf.get(run);
    if (same !== undefined) return same;
    const built = buildRow(run);
    const last = known.get(run.runId);
    const row = last !== undefined && isSame(last, built) ? last : built;
    rowOf.set(run, row);
    known.set(run.runId, row);
    return row;
  };
  return (runs) => {
    const rows = sortRuns(runs).map(read);
    if (rows.length !== before.length || rows.some((row, index) => row !== before[index])) before = rows;
    return before;
  };
}

function buildRow(run: RunSnapshot): RunRow {
  const { runId, kind, instanceName, place, startedAt, endedAt } = run;
  return { runId, kind, instanceName, place, startedAt, endedAt, outcome: readOutcome(run) };
}

function isSame(a: RunRow, b: RunRow): boolean {
  return (Object.keys(a) as (keyof RunRow)[]).every((key) => a[key] === b[key]);
}

/** Pure. @param filter in small letters */
export function fitsFilter(
  { outcome, instanceName, place }: RunRow,
  filter: string,
  wanted: RunOutcome | 'all',
): boolean {
  if (wanted !== 'all' && outcome !== wanted) return false;
  return instanceName.toLowerCase().includes(filter) || place.toLowerCase().includes(filter);
}
