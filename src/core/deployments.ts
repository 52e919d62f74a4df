import { AppError, toAppError } from '../shared/app-error.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { RunSnapshot } from '../shared/model/run.ts';
import { formatTarget, type Target } from '../shared/model/target.ts';
import type { Preview, Rehearsed, RunOptions } from './api.ts';
import type { CoreDeps } from './api-deps.ts';
import { abortError } from './host/abort.ts';
import type { OpenPlan, Place } from './places/place.ts';
import { listSteps } from './plans/plan.ts';
import { takeBack, type RunNote } from './run-note.ts';
import { openJournal, type Runs } from './runner/journal.ts';
import { rehearse } from './runner/rehearsal.ts';
import { runPlan } from './runner/runner.ts';
import type { RunsGoingOn } from './runs-going-on.ts';
import type { StateStore } from './state/state-store.ts';
import type { Ids } from './system/ids.ts';

/** A run that a person started and forgot must not work on a machine for ever. */
export const DEFAULT_DEADLINE_MS = 20 * 60_000;
/** Previews that nobody started: each keeps a connection open. */
const MAX_PREVIEWS = 8;

export interface RunServices {
  readonly deps: CoreDeps;
  readonly state: StateStore;
  readonly runs: Runs;
  readonly goingOn: RunsGoingOn;
  readonly ids: Ids;
  readonly now: () => number;
  readonly placeFor: (target: Target) => Place;
}

/** Plans that were shown, by the id under which they may be started: nobody can start what was not previewed. */
export interface Previews extends AsyncDisposable {
  /**
   * Makes a plan and keeps it.
   * @param asker ends the making, and nothing else: a plan outlives the page on which it was looked at
   */
  show(asker: AbortSignal | undefined, make: (signal: AbortSignal) => Promise<OpenPlan>): Promise<Preview>;
  take(previewId: string): OpenPlan;
  /** @throws AppError `usage.invalid` */
  rehearse(previewId: string, stepId: string, signal: AbortSignal): Promise<Rehearsed[]>;
  discard(previewId: string): Promise<void>;
}

export function createPreviews(ids: Ids): Previews {
  const open = new Map<string, OpenPlan>();
  const find = (id: string): OpenPlan => {
    const plan = open.get(id);
    if (plan !== undefined) return plan;
    throw new AppError('usage.invalid', {
      message: 'That preview is not there any more.',
      hint: 'Look at the plan again, then start it.',
    });
  };
  const discard = async (id: string): Promise<void> => {
    const plan = open.get(id);
    open.delete(id);
    await plan?.[Symbol.asyncDispose]();
  };
  return {
    async show(asker, make) {
      const plan = await makeToLast(asker, make);
      for (const id of [...open.keys()].slice(0, Math.max(0, open.size + 1 - MAX_PREVIEWS))) await discard(id);
      const id = ids.run();
      open.set(id, plan);
      const steps = plan.steps.map(({ step, stage, check }) => ({ id: step.id, title: step.title, stage, check }));
      return { id, instance: plan.instance, findings: plan.findings, steps };
    },
    take(id) {
      const plan = find(id);
      open.delete(id);
      return plan;
    },
    rehearse(id, stepId, signal) {
      const plan = find(id);
      const found = plan.steps.find(({ step }) => step.id === stepId);
      if (found === undefined) throw new AppError('usage.invalid', { message: 'That step is not in this plan.' });
      return rehearse(found.step, { host: plan.host, ask: plan.ask, signal });
    },
    discard,
    async [Symbol.asyncDispose]() {
      for (const id of [...open.keys()]) await discard(id);
    },
  };
}

/** What is made keeps the signal that it was made under, in its questions and steps: nobody aborts that one any more. */
async function makeToLast<T extends AsyncDisposable>(
  asker: AbortSignal | undefined,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const making = new AbortController();
  const giveUp = (): void => making.abort(asker?.reason);
  if (asker?.aborted === true) giveUp();
  asker?.addEventListener('abort', giveUp, { once: true });
  try {
    const made = await make(making.signal);
    if (!making.signal.aborted) return made;
    await made[Symbol.asyncDispose]();
    throw abortError(making.signal);
  } finally {
    asker?.removeEventListener('abort', giveUp);
  }
}

export interface RunEnds {
  /** Writes the record before the first change, and again when the run has ended well. `former`: see `OpenPlan`. */
  readonly before: (instance: Instance, former: Instance | undefined) => Promise<RunNote>;
  readonly after: (instance: Instance) => Promise<void>;
}

/** Runs a previewed plan with its journal, deadline and record, and closes the way to the machine. Every run of core is one of these. */
export function runOpenPlan(
  open: OpenPlan,
  services: RunServices,
  options: RunOptions,
  ends: RunEnds,
): Promise<RunSnapshot> {
  return services.goingOn.during(open.instance.id, () => carryOut(open, services, options, ends));
}

async function carryOut(
  open: OpenPlan,
  services: RunServices,
  options: RunOptions,
  ends: RunEnds,
): Promise<RunSnapshot> {
  await using plan = open;
  const refused = plan.findings.find(({ level }) => level === 'refuse');
  if (refused !== undefined) throw refused.error ?? new AppError('usage.invalid', { message: refused.because });
  const { deps, state, ids, now } = services;
  const { id: installation } = await state.installation();
  await state.sweep();
  const runId = ids.run();
  const stop = new AbortController();
  const onAbort = (): void =>
    stop.abort(options.signal?.reason instanceof AppError ? options.signal.reason : new AppError('run.cancelled'));
  if (options.signal?.aborted === true) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const timer = setTimeout(() => stop.abort(new AppError('run.deadline', { details: { deadlineMs } })), deadlineMs);
  const onClosed = (): void => stop.abort(plan.host.closed.reason);
  plan.host.closed.addEventListener('abort', onClosed, { once: true });
  const stopWatching = (): void => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    plan.host.closed.removeEventListener('abort', onClosed);
  };
  const instance = { ...plan.instance, lastRun: runId };
  await using journal = await openJournal(services.runs, runId);
  const forget = options.onEvent === undefined ? undefined : journal.listen(options.onEvent);
  try {
    const note = await ends.before(instance, plan.former);
    journal.emit({
      type: 'run.started',
      kind: plan.plan.kind,
      instanceId: instance.id,
      instanceName: instance.name,
      place: formatTarget(instance.target),
      who: deps.who,
      installation,
      steps: listSteps(plan.plan),
    });
    try {
      await runPlan(plan.plan, {
        host: plan.host,
        ask: plan.ask,
        keeper: plan.keeper,
        holder: { installation, run: runId, who: deps.who, why: plan.plan.why },
        isAlive: (holder) => services.runs.isAlive(holder.run),
        emit: (body) => journal.emit(body),
        now,
        signal: stop.signal,
      });
    } catch (error) {
      await leaveAsFound(note, journal.snapshot(), services);
      throw error;
    }
    // The machine is as it was planned: what fails from here on is no reason to say that it is as before.
    await ends.after(instance);
    return journal.snapshot();
  } finally {
    stopWatching();
    forget?.();
  }
}

/** A run that never touched its machine (somebody else works there, say) leaves the record as it found it. */
async function leaveAsFound(note: RunNote, run: RunSnapshot, { state, deps }: RunServices): Promise<void> {
  if (!run.steps.every(({ status }) => status === 'waiting' || status === 'satisfied')) return;
  try {
    await takeBack(state, note);
  } catch (error) {
    // Why the run was refused is what the person needs to hear.
    const { message, details } = toAppError(error);
    deps.log({ level: 'warn', message, ...(details === undefined ? {} : { details }) });
  }
}
