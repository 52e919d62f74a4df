import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../shared/model/instance.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { PlanKind, RunSnapshot } from '../shared/model/run.ts';
import { AppError, isAppError } from '../shared/app-error.ts';
import type { ConnectOptions, Core, RunOptions } from './api.ts';
import type { Change, SuspensionReason } from './api-operations.ts';
import { runOpenPlan, type Previews, type RunEnds, type RunServices } from './deployments.ts';
import { expectWatchable } from './guard/expect-watchable.ts';
import { watchGuards } from './guard/guard-watch.ts';
import type { Links } from './links/links.ts';
import { expectOwn } from './openclaw/expect-own.ts';
import { withoutSuspension } from './openclaw/suspension.ts';
import type { OpenPlan, Place } from './places/place.ts';
import { noteRun } from './run-note.ts';
import { watchRecords } from './state/watch-records.ts';
import { ARCHIVE_DEADLINE_MS } from './steps/backup/backup-work.ts';
import { isSameProgram, outdatedPlan } from './steps/update/update-record.ts';

export interface OperationServices extends RunServices {
  readonly previews: Previews;
  readonly find: (
    name: string,
    given?: ConnectOptions,
  ) => Promise<{ instance: Instance; place: Place; options: ConnectOptions }>;
  readonly refresh: (id: InstanceId) => void;
  readonly watchUsage: Links['watchUsage'];
  readonly onProblem: (error: AppError) => void;
  /** Before a guard that somebody else's run has turned away tries again. */
  readonly leaseAgainAfterMs?: number;
}

export type Operations = Pick<Core, 'changes' | 'ingress' | 'exposure' | 'guards'> &
  Pick<Core['instances'], 'suspend' | 'resume'> & {
    /** A backup that is due, with what is known of the login. */
    readonly makeScheduled: (instance: Instance, signal: AbortSignal) => Promise<RunSnapshot>;
    /** Plans a change that was shown in another way, and runs it at once. */
    readonly changeAtOnce: (
      found: { readonly instance: Instance; readonly place: Place; readonly options: ConnectOptions },
      change: Change,
    ) => Promise<RunSnapshot>;
  };

const LEASE_AGAIN_AFTER_MS = 5_000;
const MOVES_ARCHIVES: ReadonlySet<PlanKind> = new Set<PlanKind>(['backup', 'restore', 'update', 'rollback']);
/** What asks for nothing that the record says, or writes down itself how far it has come. */
const KEEPS_RECORD: ReadonlySet<PlanKind> = new Set<PlanKind>([
  ...MOVES_ARCHIVES,
  'config',
  'repair',
  'rotate-token',
  'ssh-key',
  'forget',
]);
/** An update asks for itself what runs, and a suspension halts whatever does. */
const MINDS_NO_PROGRAM: ReadonlySet<PlanKind> = new Set<PlanKind>(['update', 'rollback', 'suspend']);

/** What is asked of instances that are there, beyond starting and stopping them. */
export function createOperations(services: OperationServices): Operations {
  const { deps, state, previews, find, refresh, onProblem } = services;

  /** What is wanted is in the record before the first change: a run that is cut short is gone on with by deploying again. */
  const endsOf = ({ plan: { kind } }: OpenPlan): RunEnds => ({
    before: (instance) =>
      noteRun(state, instance.id, (old) => {
        if (old === undefined) throw new AppError('instance.unknown');
        // It may have been changed since somebody looked at the plan.
        if (!MINDS_NO_PROGRAM.has(kind) && !isSameProgram(old, instance)) throw outdatedPlan();
        if (KEEPS_RECORD.has(kind))
          return { ...old, ...(instance.lastRun === undefined ? {} : { lastRun: instance.lastRun }) };
        const { limits, ingress, suspension, lastRun } = instance;
        return {
          // Only resuming ends a suspension, also one that came while somebody looked at a plan.
          ...(kind === 'resume' ? withoutSuspension(old) : old),
          ...(kind === 'limits' && limits !== undefined ? { limits } : {}),
          ...(kind === 'ingress' && ingress !== undefined ? { ingress } : {}),
          ...(kind === 'suspend' && suspension !== undefined ? { suspension } : {}),
          ...(lastRun === undefined ? {} : { lastRun }),
        };
      }),
    after({ id }) {
      refresh(id);
      return Promise.resolve();
    },
  });
  const runChange = (plan: OpenPlan, options: RunOptions): Promise<RunSnapshot> =>
    runOpenPlan(
      plan,
      services,
      MOVES_ARCHIVES.has(plan.plan.kind) ? { deadlineMs: ARCHIVE_DEADLINE_MS, ...options } : options,
      endsOf(plan),
    );
  /**
   * Frozen first; then it is known, whatever becomes of the run that makes it last.
   * @returns whether it was not suspended before
   */
  const halt = async (
    { id }: Instance,
    place: Place,
    reason: SuspensionReason,
    options: ConnectOptions,
  ): Promise<boolean> => {
    const instance = await state.instances.get(id);
    if (instance === undefined) throw new AppError('instance.unknown');
    await place.halt(instance, options);
    const suspension = { at: new Date(services.now()).toISOString(), ...reason };
    let isFirst = false;
    await state.instances.update(id, (old) => {
      if (old === undefined) throw new AppError('instance.unknown');
      isFirst = old.suspension === undefined;
      return { ...old, suspension: old.suspension ?? suspension };
    });
    return isFirst;
  };
  const run = async (
    name: string,
    change: Extract<Change, { kind: 'suspend' | 'resume' }>,
    given: ConnectOptions & RunOptions = {},
  ): Promise<RunSnapshot> => {
    const { instance, place, options } = await find(name, given);
    try {
      // What is frozen and not yet stopped for good is half done: it counts, though its run has not begun.
      return await services.goingOn.during(instance.id, async () => {
        if (change.kind === 'suspend') await halt(instance, place, change.reason, options);
        return runChange(await place.openChange(instance, change, options), given);
      });
    } finally {
      refresh(instance.id);
    }
  };
  /**
   * Nobody stands behind a guard who would ask again: what somebody else's run may have woken is frozen anew, until that run has
   * ended and this one can make it last.
   */
  const suspendAsGuard = async ({ id, name }: Instance, because: string, closing: AbortSignal): Promise<void> => {
    const reason = { by: 'guard', because } as const;
    const { leaseAgainAfterMs = LEASE_AGAIN_AFTER_MS } = services;
    let { instance, place, options } = await find(name);
    // Another door that was first goes on with it.
    if (!(await halt(instance, place, reason, options))) return;
    for (;;) {
      try {
        await runChange(await place.openChange(instance, { kind: 'suspend', reason }, options), {});
        return;
      } catch (error) {
        if (!isAppError(error, 'lease.held')) throw error;
        await sleep(leaseAgainAfterMs, undefined, { signal: closing }).catch(() => undefined);
        if ((await state.instances.get(id))?.suspension === undefined) return;
        if (closing.aborted) throw error;
      }
      ({ instance, place, options } = await find(name));
      await place.halt(instance, options);
    }
  };

  return {
    changes: {
      async preview(name, change, given) {
        const { instance, place, options } = await find(name, given);
        // What an update that was cut short goes back to is not to be mixed with another state.
        if (change.kind === 'restore' && instance.pendingUpdate !== undefined) throw new AppError('update.unfinished');
        return previews.show(options.signal, (signal) => place.openChange(instance, change, { ...options, signal }));
      },
      start: (previewId, options = {}) => runChange(previews.take(previewId), options),
    },
    suspend: (name, reason, given) => run(name, { kind: 'suspend', reason }, given),
    resume: (name, given) => run(name, { kind: 'resume' }, given),
    async makeScheduled({ name }, signal) {
      const { instance, place, options } = await find(name, { signal });
      try {
        return await runChange(await place.openChange(instance, { kind: 'backup', reason: 'schedule' }, options), {
          signal,
        });
      } finally {
        refresh(instance.id);
      }
    },
    async changeAtOnce({ instance, place, options }, change) {
      const { signal } = options;
      try {
        return await runChange(
          await place.openChange(instance, change, options),
          signal === undefined ? {} : { signal },
        );
      } finally {
        refresh(instance.id);
      }
    },
    ingress: {
      async status(name, given) {
        const { instance, place, options } = await find(name, given);
        return place.readIngress(instance, options);
      },
    },
    exposure: {
      async check(name, given) {
        const { instance, place, options } = await find(name, given);
        return place.checkExposure(instance, options);
      },
    },
    guards: {
      async set(name, guard) {
        const { instance } = await find(name);
        if (Object.keys(guard).length > 0) expectOwn(instance, 'guard');
        expectWatchable(guard, instance, deps.platform);
        await state.instances.update(instance.id, (old) => {
          if (old === undefined) throw new AppError('instance.unknown');
          return { ...old, guard };
        });
        refresh(instance.id);
      },
      watch: () =>
        watchGuards({
          listInstances: () => state.instances.list(),
          onRecords: (listener) =>
            watchRecords(state.layout, (what) => (what === 'instances' ? listener() : undefined), onProblem),
          watchUsage: services.watchUsage,
          suspend: (instance, because, closing) =>
            services.goingOn
              .during(instance.id, () => suspendAsGuard(instance, because, closing))
              .finally(() => refresh(instance.id)),
          onProblem,
        }),
    },
  };
}
