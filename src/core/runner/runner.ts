import { AppError, isAppError, passHint, toAppError } from '../../shared/app-error.ts';
import type { Check, RunEventBody, RunStats } from '../../shared/model/run.ts';
import { createFactReader, type AskFacts, type FactReader } from '../facts/fact.ts';
import type { Host } from '../host/host.ts';
import type { Plan } from '../plans/plan.ts';
import type { Step } from '../steps/step.ts';
import type { Holder, Lease, LeaseKeeper, LeaseState } from './lease.ts';
import { createApplyContext, createCheckContext, withTimeout, type ContextDeps } from './run-context.ts';

export interface RunnerDeps {
  readonly host: Host;
  readonly ask: AskFacts;
  readonly keeper: LeaseKeeper;
  readonly holder: Holder;
  /** Whether the process of that run of our own installation still lives. */
  readonly isAlive: (holder: Holder) => Promise<boolean>;
  /** Where events go: numbered, dated, stored and told to listeners there. */
  readonly emit: (body: RunEventBody) => void;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface CheckedStep {
  readonly step: Step;
  readonly stage: number;
  readonly check: Check;
}

/** Asks every step of a plan, changes nothing, and says who holds the lease. One round trip for all facts together. */
export async function checkPlan(
  plan: Plan,
  deps: Pick<RunnerDeps, 'host' | 'ask' | 'keeper' | 'signal'>,
  facts?: FactReader,
): Promise<{ steps: CheckedStep[]; lease: LeaseState }> {
  const steps = plan.stages.flatMap((stage, index) => stage.map((step) => ({ step, stage: index })));
  const reader =
    facts ??
    createFactReader(askUntil(deps.ask, deps.signal), () => [
      deps.keeper.state,
      ...steps.flatMap(({ step }) => step.facts),
    ]);
  const context = { read: reader.read.bind(reader), host: deps.host, signal: deps.signal };
  const lease = await reader.read(deps.keeper.state);
  const checked = await Promise.all(
    steps.map(async ({ step, stage }) => ({ step, stage, check: await step.check(context) })),
  );
  return { steps: checked, lease };
}

/**
 * Runs a plan: nothing to do -> says so, without a lease and without a change; else takes the lease, and for every step
 * check -> apply -> check. Emits the run's last event in every case, then throws what went wrong.
 */
export async function runPlan(plan: Plan, deps: RunnerDeps): Promise<RunStats> {
  const startedAt = deps.now();
  const made = { changes: 0 };
  const stats = (): RunStats => {
    // All that this connection has carried, the preview included: what the person waited for.
    const { roundTrips, changes, slowCalls } = deps.host.traffic;
    return {
      roundTrips,
      changes: changes + made.changes,
      slowCalls,
      // A clock may be set back meanwhile.
      durationMs: Math.max(0, deps.now() - startedAt),
    };
  };
  try {
    deps.signal.throwIfAborted();
    const first = await checkPlan(plan, deps);
    const busyElsewhere = first.lease.is === 'held' && first.lease.holder.run !== deps.holder.run;
    if (busyElsewhere && !(await isAbandoned(first.lease, deps))) throw heldError(first.lease);
    if (first.steps.every(({ check }) => check.is === 'satisfied') && !busyElsewhere) {
      for (const { step, check } of first.steps) deps.emit({ type: 'step.checked', stepId: step.id, check });
    } else {
      await applyUnderLease(plan, deps, () => (made.changes += 1));
    }
    const final = stats();
    deps.emit({ type: 'run.succeeded', stats: final });
    return final;
  } catch (thrown) {
    const error = toAppError(deps.signal.aborted && !isAppError(thrown, 'lease.lost') ? deps.signal.reason : thrown);
    if (error.code === 'run.cancelled') deps.emit({ type: 'run.cancelled', stats: stats() });
    else deps.emit({ type: 'run.failed', error: error.toReport(), stats: stats() });
    throw error;
  }
}

/** Whoever stops does not wait for a machine that answers slowly. */
function askUntil(ask: AskFacts, signal: AbortSignal): AskFacts {
  return (facts) => ask(facts, signal);
}

async function isAbandoned(lease: LeaseState, deps: RunnerDeps): Promise<boolean> {
  if (lease.is === 'free') return true;
  return lease.holder.installation === deps.holder.installation && !(await deps.isAlive(lease.holder));
}

export function heldError(lease: LeaseState): AppError {
  if (lease.is === 'free') return new AppError('lease.held');
  const { who, why, run } = lease.holder;
  return new AppError('lease.held', {
    message: `${who} is working on this machine: ${why}.`,
    details: { who, why, run, secondsLeft: lease.secondsLeft },
  });
}

async function applyUnderLease(plan: Plan, deps: RunnerDeps, countChange: () => void): Promise<void> {
  const lease = await deps.keeper.acquire(deps.holder, { isAlive: deps.isAlive, signal: deps.signal });
  let first: { readonly error: unknown } | undefined;
  try {
    const signal = AbortSignal.any([deps.signal, lease.lost]);
    const unfinished = new Set(plan.stages.flat());
    const facts = createFactReader(askUntil(deps.ask, signal), () => [...unfinished].flatMap((step) => step.facts));
    const context: ContextDeps = { host: deps.host, facts, emit: deps.emit, countChange };
    for (const stage of plan.stages) await runStage(stage, unfinished, context, lease, signal);
  } catch (error) {
    first = { error };
  }
  // A release that fails never hides the first error; alone it is one, because the next run would have to wait.
  try {
    await lease[Symbol.asyncDispose]();
  } catch (error) {
    first ??= { error };
  }
  if (first !== undefined) throw first.error;
}

async function runStage(
  stage: readonly Step[],
  unfinished: Set<Step>,
  deps: ContextDeps,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  // One failure stops its neighbours: they are resumed with the next run, and nothing goes on behind a failed run.
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let first: AppError | undefined;
  await Promise.all(
    stage.map(async (step) => {
      try {
        await runStep(step, deps, lease, both);
        unfinished.delete(step);
      } catch (error) {
        if (stop.signal.aborted) return;
        first = describeFailure(step, error);
        stop.abort(first);
        deps.emit({ type: 'step.failed', stepId: step.id, error: first.toReport() });
      }
    }),
  );
  signal.throwIfAborted();
  if (first !== undefined) throw first;
}

/** Adds which step it was; the code, the sentence and the details stay those of the cause. */
function describeFailure(step: Step, thrown: unknown): AppError {
  const error = toAppError(thrown);
  return new AppError(error.code, {
    message: error.message,
    ...passHint(error),
    details: { step: step.id, title: step.title, ...error.details },
    cause: error.cause ?? error,
  });
}

async function runStep(step: Step, deps: ContextDeps, lease: Lease, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const before = await step.check(createCheckContext(deps, signal));
  deps.emit({ type: 'step.checked', stepId: step.id, check: before });
  if (before.is === 'satisfied') return;
  deps.emit({ type: 'step.started', stepId: step.id });
  await withTimeout(signal, step.timeoutMs, step.title, (limited) =>
    step.apply(createApplyContext(deps, step, lease, limited)),
  );
  deps.facts.invalidate();
  const after = await step.check(createCheckContext(deps, signal));
  if (after.is === 'needed') {
    throw new AppError('step.ineffective', {
      message: `"${step.title}" was carried out, but: ${after.because}.`,
      details: { because: after.because },
    });
  }
  deps.emit({ type: 'step.applied', stepId: step.id, because: after.because });
}
