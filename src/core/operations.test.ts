import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../shared/app-error.ts';
import type { BackupId } from '../shared/model/ids.ts';
import type { Instance } from '../shared/model/instance.ts';
import { needed, satisfied } from '../shared/model/run.ts';
import type { Change } from './api-operations.ts';
import type { CoreDeps } from './api-deps.ts';
import { createPreviews } from './deployments.ts';
import { openLocalHost } from './host/local/local-host.ts';
import { createOperations, type Operations } from './operations.ts';
import { withoutSuspension } from './openclaw/suspension.ts';
import type { OpenPlan, Place } from './places/place.ts';
import { createRuns } from './runner/journal.ts';
import { createLocalLeaseKeeper } from './runner/local-lease.ts';
import { checkPlan } from './runner/runner.ts';
import { createRunsGoingOn, type RunsGoingOn } from './runs-going-on.ts';
import { createStateStore, type StateStore } from './state/state-store.ts';
import type { Step } from './steps/step.ts';
import { createIds } from './system/ids.ts';
import { sampleInstance } from '../../test/sample-instance.ts';

const instance = sampleInstance();
const limits = { memoryBytes: 3 * 1024 ** 3, cpus: 1 };
const suspension = { at: '2026-11-21T10:00:00.000Z', by: 'person' as const, because: 'somebody asked' };

let dir: string;
let state: StateStore;
/** What the place was asked to do, in its order, with what the record said then. */
let log: { did: string; isSuspended: boolean }[];
/** How many runs went on while that was done. */
let counted: number[];
let goingOn: RunsGoingOn;
let failing: AppError | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-operations-'));
  state = createStateStore(dir, { onProblem: expectNone, platform: process.platform });
  await state.instances.put(instance.id, instance);
  log = [];
  counted = [];
  goingOn = createRunsGoingOn();
  failing = undefined;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function expectNone(error: AppError): void {
  throw error;
}

async function did(what: string): Promise<void> {
  counted.push(goingOn.count);
  log.push({ did: what, isSuspended: (await state.instances.get(instance.id))?.suspension !== undefined });
}

function stepOf(change: Change): Step {
  let isDone = false;
  return {
    id: change.kind,
    title: change.kind,
    facts: [],
    timeoutMs: 5_000,
    check: () => Promise.resolve(isDone ? satisfied('done') : needed('to do')),
    async apply({ act }) {
      await act(change.kind, async () => {
        await did(change.kind);
        if (failing !== undefined) throw failing;
        isDone = true;
      });
    },
  };
}

function recordAfter(old: Instance, change: Change): Instance {
  if (change.kind === 'resume') return withoutSuspension(old);
  if (change.kind === 'suspend') return { ...old, suspension: { ...suspension, ...change.reason } };
  if (change.kind === 'limits') return { ...old, limits: change.limits };
  return change.kind === 'ingress' ? { ...old, ingress: change.ingress } : old;
}

async function openChange(old: Instance, change: Change): Promise<OpenPlan> {
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
}

function open(): Operations {
  const ids = createIds();
  // Of a place, what operations ask of one; the rest is not reached.
  const place = { openChange, halt: () => did('halt') } satisfies Partial<Place> as unknown as Place;
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
  });
}

describe('suspending', () => {
  it('freezes before anything else, and is known before the machine is changed for good', async () => {
    const run = await open().suspend('research', { by: 'guard', because: 'CPU above 90 % for 5 min' });
    expect(run).toMatchObject({ status: 'succeeded', kind: 'suspend' });
    expect(log).toEqual([
      { did: 'halt', isSuspended: false },
      { did: 'suspend', isSuspended: true },
    ]);
    expect((await state.instances.get(instance.id))?.suspension).toMatchObject({
      by: 'guard',
      because: 'CPU above 90 % for 5 min',
    });
  });

  it('stays known when the run that follows fails', async () => {
    failing = new AppError('host.connection-lost');
    await expect(open().suspend('research', { by: 'person', because: 'it writes to strangers' })).rejects.toMatchObject(
      {
        code: 'host.connection-lost',
      },
    );
    expect((await state.instances.get(instance.id))?.suspension).toMatchObject({ because: 'it writes to strangers' });
  });

  it('is ended by resuming, and by nothing of the record that was there', async () => {
    await state.instances.put(instance.id, { ...instance, limits, suspension });
    const run = await open().resume('research');
    expect(run).toMatchObject({ status: 'succeeded', kind: 'resume' });
    const after = await state.instances.get(instance.id);
    expect(after).toMatchObject({ limits });
    expect(after).not.toHaveProperty('suspension');
  });
});

describe('a change', () => {
  it('is shown first, and is in the record from its first step on', async () => {
    const operations = open();
    const preview = await operations.changes.preview('research', { kind: 'limits', limits });
    expect(preview.steps.map(({ id }) => id)).toEqual(['limits']);
    expect(await state.instances.get(instance.id)).not.toHaveProperty('limits');
    const run = await operations.changes.start(preview.id);
    expect(run.status).toBe('succeeded');
    expect(await state.instances.get(instance.id)).toMatchObject({ limits, lastRun: run.runId });
  });

  it('keeps what another door has written meanwhile', async () => {
    const operations = open();
    const preview = await operations.changes.preview('research', { kind: 'limits', limits });
    await operations.guards.set('research', { disk: { aboveBytes: 5_000_000_000 } });
    await operations.changes.start(preview.id);
    expect(await state.instances.get(instance.id)).toMatchObject({ limits, guard: { disk: {} } });
  });

  it('ends no suspension, least of all one that came while somebody looked at its plan', async () => {
    const operations = open();
    const preview = await operations.changes.preview('research', { kind: 'limits', limits });
    await state.instances.put(instance.id, { ...instance, suspension });
    await operations.changes.start(preview.id);
    expect(await state.instances.get(instance.id)).toMatchObject({ limits, suspension });
  });

  it.each([
    { kind: 'backup', reason: 'asked' },
    { kind: 'restore', backup: 'b-0123456789abcdef' as BackupId },
    { kind: 'update', version: '2026.9.6', reason: 'asked' },
    { kind: 'rollback' },
  ] as const)('leaves the record as somebody else has made it meanwhile: $kind', async (change) => {
    await state.instances.put(instance.id, { ...instance, limits: { ...limits, cpus: 2 }, suspension });
    const operations = open();
    const preview = await operations.changes.preview('research', change);
    await state.instances.put(instance.id, { ...instance, limits });
    const run = await operations.changes.start(preview.id);
    const after = await state.instances.get(instance.id);
    expect(after).toEqual({ ...instance, limits, lastRun: run.runId });
  });

  it('puts no other state where an update was cut short', async () => {
    const from = { version: '2026.9.5', backup: 'b-0123456789abcdef' as BackupId, at: suspension.at };
    const pendingUpdate = { version: '2026.9.6', from, isStill: false, phase: 'forward' } as const;
    await state.instances.put(instance.id, { ...instance, pendingUpdate });
    const { changes } = open();
    const restore = changes.preview('research', { kind: 'restore', backup: from.backup });
    await expect(restore).rejects.toMatchObject({ code: 'update.unfinished' });
    await expect(changes.preview('research', { kind: 'rollback' })).resolves.toBeDefined();
  });

  it('can not be started twice', async () => {
    const operations = open();
    const { id } = await operations.changes.preview('research', { kind: 'limits', limits });
    await operations.changes.start(id);
    expect(() => operations.changes.start(id)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});

describe('what goes on', () => {
  it.each<[string, (operations: Operations) => Promise<unknown>]>([
    [
      'a change that a person started',
      async ({ changes }) => changes.start((await changes.preview('research', { kind: 'limits', limits })).id),
    ],
    ['a backup that was due', ({ makeScheduled }) => makeScheduled(instance, new AbortController().signal)],
    ['a suspension, from its first deed', ({ suspend }) => suspend('research', { by: 'guard', because: 'CPU' })],
    ['resuming', ({ resume }) => resume('research')],
  ])('is known while it does, and not after it: %s', async (_title, run) => {
    await run(open());
    expect(new Set(counted)).toEqual(new Set([1]));
    expect(goingOn.count).toBe(0);
  });

  it('is known no longer when it has failed', async () => {
    failing = new AppError('host.connection-lost');
    await expect(open().resume('research')).rejects.toMatchObject({ code: 'host.connection-lost' });
    expect([...counted, goingOn.count]).toEqual([1, 0]);
  });
});
