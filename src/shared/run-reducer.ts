import { assertNever } from './assert-never.ts';
import type { RunEvent, RunSnapshot, StepState } from './model/run.ts';

/** Lines kept of each step: what a failure report shows. */
export const LAST_LINES = 20;

export type Folded =
  | { readonly is: 'snapshot'; readonly snapshot: RunSnapshot }
  /** An event was missed: ask for the whole snapshot. */
  | { readonly is: 'gap'; readonly expected: number; readonly got: number };

/** (snapshot, event) -> snapshot: the only definition of a run's state. Pure. */
export function reduceRun(snapshot: RunSnapshot | undefined, event: RunEvent): Folded {
  // Heard already: a listener that asked for the snapshot meets events that are folded into it.
  if (snapshot !== undefined && event.seq <= snapshot.seq) return { is: 'snapshot', snapshot };
  const expected = snapshot === undefined ? 0 : snapshot.seq + 1;
  if (event.seq > expected) return { is: 'gap', expected, got: event.seq };
  return { is: 'snapshot', snapshot: apply(snapshot, event) };
}

function apply(before: RunSnapshot | undefined, event: RunEvent): RunSnapshot {
  if (event.type === 'run.started') {
    return {
      runId: event.runId,
      seq: event.seq,
      status: 'running',
      kind: event.kind,
      instanceId: event.instanceId,
      instanceName: event.instanceName,
      place: event.place,
      who: event.who,
      startedAt: event.at,
      steps: event.steps.map((planned) => ({ ...planned, status: 'waiting', lastLines: [] })),
    };
  }
  if (before === undefined) throw new Error(`A run begins with run.started, not with ${event.type}.`);
  const snapshot = { ...before, seq: event.seq };
  const step = (change: (state: StepState) => StepState): RunSnapshot => ({
    ...snapshot,
    steps: snapshot.steps.map((state) => ('stepId' in event && state.id === event.stepId ? change(state) : state)),
  });
  switch (event.type) {
    case 'step.checked':
      return step((state) =>
        event.check.is === 'satisfied' && state.status === 'waiting'
          ? { ...state, status: 'satisfied', because: event.check.because, endedAt: event.at }
          : { ...state, because: event.check.because },
      );
    case 'step.started':
      return step((state) => ({ ...state, status: 'running', startedAt: event.at }));
    case 'step.spoke':
      return step((state) => ({ ...state, lastLines: [...state.lastLines, event.line].slice(-LAST_LINES) }));
    case 'step.progressed':
      return step((state) => ({
        ...state,
        progress: { done: event.done, unit: event.unit, ...(event.total === undefined ? {} : { total: event.total }) },
      }));
    case 'step.applied':
      return step((state) => ({ ...state, status: 'applied', because: event.because, endedAt: event.at }));
    case 'step.failed':
      return step((state) => ({ ...state, status: 'failed', error: event.error, endedAt: event.at }));
    case 'run.succeeded':
      return { ...snapshot, status: 'succeeded', endedAt: event.at, stats: event.stats };
    case 'run.failed':
      return { ...snapshot, status: 'failed', endedAt: event.at, stats: event.stats, error: event.error };
    case 'run.cancelled':
      return { ...snapshot, status: 'cancelled', endedAt: event.at, stats: event.stats };
    default:
      return assertNever(event);
  }
}
