import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleInstance } from '../../test/sample-instance.ts';
import { AppError } from '../shared/app-error.ts';
import type { Instance } from '../shared/model/instance.ts';
import { needed, satisfied, type RunSnapshot } from '../shared/model/run.ts';
import type { CoreDeps } from './api-deps.ts';
import { createPreviews, runOpenPlan, type RunEnds, type RunServices } from './deployments.ts';
import { fact } from './facts/fact.ts';
import { query } from './host/command.ts';
import { createFakeHost, type FakeHost } from './host/fake/fake-host.ts';
import { saveBeforeRemoval, saveBeforeRun } from './instances.ts';
import type { OpenPlan } from './places/place.ts';
import { createAsk } from './places/server-connection.ts';
import { createRuns } from './runner/journal.ts';
import type { Holder, LeaseKeeper } from './runner/lease.ts';
import { checkPlan } from './runner/runner.ts';
import { createRunsGoingOn } from './runs-going-on.ts';
import { createStateStore, type StateStore } from './state/state-store.ts';
import type { Step } from './steps/step.ts';
import { createIds } from './system/ids.ts';

const instance = sampleInstance();
const ids = createIds();

let dir: string;
let state: StateStore;
let services: RunServices;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-deployments-'));
  state = createStateStore(dir, { onProblem: expectNone, platform: process.platform });
  await state.instances.put(instance.id, instance);
  services = {
    deps: { who: 'anna@laptop', log: () => undefined } as Partial<CoreDeps> as CoreDeps,
    state,
    runs: createRuns({ dir: state.layout.runsDir, clock: Date.now, onProblem: expectNone }),
    goingOn: createRunsGoingOn(),
    ids,
    now: Date.now,
    placeFor: () => {
      throw new Error('Nothing is planned here.');
    },
  };
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function expectNone(error: AppError): void {
  throw error;
}

const record = (): Promise<Instance | undefined> => state.instances.get(instance.id);

/** A machine that answers a batch of facts with `yes` to each. */
function aMachine(): FakeHost {
  return createFakeHost().on(/./, (command) => {
    const script = command.argv.join(' ');
    const nonce = /([0-9a-f]{32})/.exec(script)?.[1] ?? '';
    const count = Number(/while \[ \$i -lt (\d+) \]/.exec(script)?.[1] ?? 0);
    return { stdout: `yes\n${nonce} out\n\n${nonce} err 0\n`.repeat(count) };
  });
}

const isThere = fact('there', query(['look']), (result) => result.stdout.startsWith('yes'));
const step: Step = {
  id: 'one',
  title: 'One thing',
  facts: [isThere],
  timeoutMs: 1_000,
  check: async ({ read }) => ((await read(isThere)) ? satisfied('it is so') : needed('it is not so')),
  apply: () => Promise.reject(new Error('Nothing is to be done here.')),
};
const isFree: LeaseKeeper['state'] = fact('lease', query(['lease']), () => ({ is: 'free' }));

interface PlanOptions {
  readonly signal?: AbortSignal;
  readonly host?: FakeHost;
  readonly keeper?: LeaseKeeper;
}

/** As a place makes a plan: what it asks with keeps the signal of its connection. */
async function openPlan({
  signal = new AbortController().signal,
  host = aMachine(),
  keeper,
}: PlanOptions = {}): Promise<OpenPlan> {
  const ask = createAsk(host, signal);
  const plan: OpenPlan['plan'] = { kind: 'remove', why: 'remove research', stages: [[step]] };
  const held = keeper ?? { state: isFree, acquire: () => Promise.reject(new Error('There is nothing to do.')) };
  const { steps } = await checkPlan(plan, { host, ask, keeper: held, signal });
  const close = async (): Promise<void> => host[Symbol.asyncDispose]();
  return { instance, plan, findings: [], steps, host, ask, keeper: held, [Symbol.asyncDispose]: close };
}

const removal: RunEnds = {
  before: (wanted) => saveBeforeRemoval(state, wanted),
  async after({ id }) {
    await state.instances.remove(id);
  },
};

describe('a preview', () => {
  it('can be started when whoever asked for it is gone', async () => {
    const page = new AbortController();
    await using previews = createPreviews(ids);
    const { id } = await previews.show(page.signal, (signal) => openPlan({ signal }));
    page.abort(new AppError('run.cancelled'));
    const run: RunSnapshot = await runOpenPlan(previews.take(id), services, {}, removal);
    expect(run.status).toBe('succeeded');
    expect(await record()).toBeUndefined();
  });

  it('is given up with whoever asks for it: nothing is asked any more', async () => {
    const page = new AbortController();
    await using previews = createPreviews(ids);
    const host = createFakeHost().on(/./, { hangs: true });
    const shown = previews.show(page.signal, (signal) => openPlan({ signal, host }));
    await expect.poll(() => host.calls.length).toBe(1);
    page.abort(new AppError('run.cancelled'));
    await expect(shown).rejects.toMatchObject({ code: 'run.cancelled' });
    await host[Symbol.asyncDispose]();
  });

  it('that nobody waits for when it is made is closed again', async () => {
    const page = new AbortController();
    await using previews = createPreviews(ids);
    let isClosed = false;
    const shown = previews.show(page.signal, async (signal) => {
      const plan = await openPlan({ signal });
      page.abort(new AppError('run.cancelled'));
      return {
        ...plan,
        async [Symbol.asyncDispose]() {
          isClosed = true;
          await plan[Symbol.asyncDispose]();
        },
      };
    });
    await expect(shown).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(isClosed).toBe(true);
  });
});

describe('a run', () => {
  it('that is cancelled waits for no answer of its machine', async () => {
    let isAnswering = true;
    const machine = aMachine();
    const host = createFakeHost().on(/./, async (command, input) => {
      if (!isAnswering) return { hangs: true };
      const process = await machine.spawn(command);
      process.stdin.end(input);
      const stdout: Buffer[] = [];
      for await (const chunk of process.stdout) stdout.push(chunk as Buffer);
      return { stdout: Buffer.concat(stdout) };
    });
    const plan = await openPlan({ host });
    isAnswering = false;
    const stop = new AbortController();
    const asked = host.calls.length;
    const run = runOpenPlan(plan, services, { signal: stop.signal }, removal);
    await expect.poll(() => host.calls.length).toBe(asked + 1);
    stop.abort(new AppError('run.cancelled'));
    await expect(run).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await record()).toEqual(instance);
  });

  it('that is refused because somebody works there takes back its own, and nothing of theirs', async () => {
    const pendingUpdate = {
      version: '2026.9.7',
      from: { version: '2026.9.6', backup: 'b-0123456789abcdef', at: '2026-11-21T10:00:00.000Z' },
      isStill: false,
      phase: 'forward',
    } as Instance['pendingUpdate'];
    const holder: Holder = {
      installation: 'h-0000000000000002' as Holder['installation'],
      run: ids.run(),
      who: 'bert@desk',
      why: 'update research',
    };
    const keeper: LeaseKeeper = {
      state: fact('lease', query(['lease']), () => ({ is: 'held', holder, secondsLeft: 50 })),
      acquire: () => Promise.reject(new AppError('lease.held')),
    };
    const plan = { ...(await openPlan({ keeper })), former: instance, instance: { ...instance, port: 19_200 } };
    const ends: RunEnds = {
      async before(wanted, former) {
        const note = await saveBeforeRun(state, wanted, former);
        // The update that works there writes down how far it is.
        await state.instances.update(instance.id, (old) => ({ ...(old ?? instance), pendingUpdate }));
        return note;
      },
      after: () => Promise.resolve(),
    };
    await expect(runOpenPlan(plan, services, {}, ends)).rejects.toMatchObject({ code: 'lease.held' });
    expect(await record()).toEqual({ ...instance, pendingUpdate });
  });

  it('that has removed everything does not bring its record back when what follows fails', async () => {
    const failing: RunEnds = {
      ...removal,
      async after({ id }) {
        await state.instances.remove(id);
        throw Object.assign(new Error('resource busy or locked'), { code: 'EBUSY' });
      },
    };
    await expect(runOpenPlan(await openPlan(), services, {}, failing)).rejects.toThrow('resource busy');
    expect(await record()).toBeUndefined();
  });
});
