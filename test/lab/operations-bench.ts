import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoreDeps } from '../../src/core/api-deps.ts';
import type { Change } from '../../src/core/api-operations.ts';
import { createPreviews } from '../../src/core/deployments.ts';
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import { withoutSuspension } from '../../src/core/openclaw/suspension.ts';
import { createOperations, type Operations, type OperationServices } from '../../src/core/operations.ts';
import type { OpenPlan, Place } from '../../src/core/places/place.ts';
import { createRuns } from '../../src/core/runner/journal.ts';
import { createLocalLeaseKeeper } from '../../src/core/runner/local-lease.ts';
import { checkPlan } from '../../src/core/runner/runner.ts';
import { createRunsGoingOn, type RunsGoingOn } from '../../src/core/runs-going-on.ts';
import { createStateStore, type StateStore } from '../../src/core/state/state-store.ts';
import type { Step } from '../../src/core/steps/step.ts';
import { createIds } from '../../src/core/system/ids.ts';
import type { AppError } from '../../src/shared/app-error.ts';
import { installationIdSchema } from '../../src/shared/model/ids.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { needed, satisfied } from '../../src/shared/model/run.ts';

const AT = '2026-11-21T10:00:00.000Z';

/** Operations on one instance, whose place does nothing but remember what it was asked for. */
export interface OperationsBench extends AsyncDisposable {
  readonly state: StateStore;
  /** What the place was asked to do, in its order, with what the record said then. */
  readonly log: { did: string; isSuspended: boolean }[];
  /** How many runs went on while that was done. */
  readonly counted: number[];
  readonly goingOn: RunsGoingOn;
  /** What every step fails with. */
  failing: AppError | undefined;
  open(more?: Partial<OperationServices>): Operations;
  /** As somebody else's run does that works on the machine, until disposal. */
  holdLease(): Promise<AsyncDisposable>;
}

/** @param onHalt what else happens when the place is asked to freeze it */
export async function openOperationsBench(
  instance: Instance,
  onHalt: (state: StateStore) => Promise<unknown> = () => Promise.resolve(),
): Promise<OperationsBench> {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-operations-'));
  const state = createStateStore(dir, { onProblem: expectNone, platform: process.platform });
  await state.instances.put(instance.id, instance);
  const goingOn = createRunsGoingOn();

  const did = async (what: string): Promise<void> => {
    bench.counted.push(goingOn.count);
    bench.log.push({ did: what, isSuspended: (await state.instances.get(instance.id))?.suspension !== undefined });
  };
  const stepOf = ({ kind }: Change): Step => {
    let isDone = false;
    return {
      id: kind,
      title: kind,
      facts: [],
      timeoutMs: 5_000,
      check: () => Promise.resolve(isDone ? satisfied('done') : needed('to do')),
      async apply({ act }) {
        await act(kind, async () => {
          await did(kind);
          if (bench.failing !== undefined) throw bench.failing;
          isDone = true;
        });
      },
    };
  };
  const openChange = async (old: Instance, change: Change): Promise<OpenPlan> => {
    const host = await openLocalHost({ env: {} });
    const keeper = createLocalLeaseKeeper(host, { dataDir: dir, platform: process.platform });
    const plan = { kind: change.kind, why: change.kind, stages: [[stepOf(change)]] };
    const { steps } = await checkPlan(plan, { host, ask: keeper.ask, keeper, signal: new AbortController().signal });
    return {
      instance: recordAfter(old, change),
      plan,
      findings: [],
      steps,
      host,
      ask: keeper.ask,
      keeper,
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    };
  };
  const halt = async (): Promise<void> => {
    await did('halt');
    await onHalt(state);
  };
  // Of a place, what operations ask of one; the rest is not reached.
  const place = { openChange, halt } satisfies Partial<Place> as unknown as Place;

  const bench: OperationsBench = {
    state,
    log: [],
    counted: [],
    goingOn,
    failing: undefined,
    open(more = {}) {
      const ids = createIds();
      return createOperations({
        deps: { who: 'anna@laptop' } as CoreDeps,
        state,
        runs: createRuns({ dir: state.layout.runsDir, clock: Date.now, onProblem: expectNone }),
        goingOn,
        ids,
        now: Date.now,
        placeFor: () => place,
        previews: createPreviews(ids),
        find: async () => ({ instance: (await state.instances.get(instance.id)) ?? instance, place, options: {} }),
        refresh: () => undefined,
        watchUsage: () => Promise.reject(new Error('Nobody guards here.')),
        onProblem: () => undefined,
        ...more,
      });
    },
    async holdLease() {
      const host = await openLocalHost({ env: {} });
      const keeper = createLocalLeaseKeeper(host, { dataDir: dir, platform: process.platform });
      const lease = await keeper.acquire(
        {
          installation: installationIdSchema.parse('h-ffeeddccbbaa9988'),
          run: createIds().run(),
          who: 'bert@desk',
          why: 'a backup',
        },
        { isAlive: () => Promise.resolve(true) },
      );
      return {
        async [Symbol.asyncDispose]() {
          await lease[Symbol.asyncDispose]();
          await host[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
  return bench;
}

function recordAfter(old: Instance, change: Change): Instance {
  if (change.kind === 'resume') return withoutSuspension(old);
  if (change.kind === 'suspend') return { ...old, suspension: { at: AT, ...change.reason } };
  if (change.kind === 'limits') return { ...old, limits: change.limits };
  return change.kind === 'ingress' ? { ...old, ingress: change.ingress } : old;
}

function expectNone(error: AppError): void {
  throw error;
}
