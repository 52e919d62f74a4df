import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { installationIdSchema, runIdSchema } from '../../shared/model/ids.ts';
import { needed, satisfied, type RunEventBody } from '../../shared/model/run.ts';
import { fact } from '../facts/fact.ts';
import { change, query } from '../host/command.ts';
import { createFakeHost } from '../host/fake/fake-host.ts';
import type { Plan } from '../plans/plan.ts';
import type { Step } from '../steps/step.ts';
import type { Holder, Lease, LeaseKeeper, LeaseState } from './lease.ts';
import { runPlan, type RunnerDeps } from './runner.ts';

const me: Holder = {
  installation: installationIdSchema.parse('h-0000000000000001'),
  run: runIdSchema.parse('r-aaaaaaaaa-00000001'),
  who: 'anna@laptop',
  why: 'deploy',
};
const other: Holder = {
  ...me,
  installation: installationIdSchema.parse('h-0000000000000002'),
  run: runIdSchema.parse('r-aaaaaaaaa-00000002'),
  who: 'bert@desk',
};

interface World {
  readonly steps: Map<string, boolean>;
  readonly log: string[];
  lease: LeaseState;
  alive: boolean;
  asked: number;
}

function makeStep(world: World, id: string, apply?: (signal: AbortSignal) => Promise<void>): Step {
  world.steps.set(id, false);
  const done = fact(id, query(['look', id]), (result) => result.stdout === 'yes');
  return {
    id,
    title: id,
    facts: [done],
    timeoutMs: 1000,
    check: async ({ read }) => ((await read(done)) ? satisfied('it is so') : needed('it is not so')),
    async apply({ act, signal }) {
      await act(`do ${id}`, async () => {
        world.log.push(id);
        if (apply === undefined) world.steps.set(id, true);
        else await apply(signal);
      });
    },
  };
}

function setUp(): {
  world: World;
  run: (stages: Step[][], overrides?: Partial<RunnerDeps>) => Promise<{ events: RunEventBody[]; error: unknown }>;
} {
  const world: World = { steps: new Map(), log: [], lease: { is: 'free' }, alive: true, asked: 0 };
  const state = fact('lease', query(['lease']), () => world.lease);
  const keeper: LeaseKeeper = {
    state,
    acquire(holder) {
      world.log.push('acquire');
      const lease: Lease = {
        holder,
        lost: new AbortController().signal,
        spawn: () => Promise.reject(new Error('no commands here')),
        audit: () => Promise.resolve(),
        [Symbol.asyncDispose]() {
          world.log.push('release');
          return Promise.resolve();
        },
      };
      return Promise.resolve(lease);
    },
  };
  return {
    world,
    async run(stages, overrides = {}) {
      const events: RunEventBody[] = [];
      const plan: Plan = { kind: 'deploy', why: 'test', stages };
      await using host = createFakeHost();
      let error: unknown;
      try {
        await runPlan(plan, {
          host,
          ask(facts) {
            world.asked += 1;
            return Promise.resolve(
              facts.map(({ id, command }) => ({
                command,
                code: 0,
                signal: null,
                stdout: world.steps.get(id) === true ? 'yes' : 'no',
                stderr: '',
                truncated: false,
              })),
            );
          },
          keeper,
          holder: me,
          isAlive: () => Promise.resolve(world.alive),
          emit: (body) => events.push(body),
          now: () => 0,
          signal: new AbortController().signal,
          ...overrides,
        });
      } catch (thrown) {
        error = thrown;
      }
      return { events, error };
    },
  };
}

const types = (events: readonly RunEventBody[]): string[] =>
  events.map((event) => ('stepId' in event ? `${event.type} ${event.stepId}` : event.type));

describe('runPlan', () => {
  it('changes nothing and takes no lease where nothing is to do', async () => {
    const { world, run } = setUp();
    const steps = [[makeStep(world, 'a')], [makeStep(world, 'b')]];
    world.steps.set('a', true).set('b', true);
    const { events, error } = await run(steps);
    expect(error).toBeUndefined();
    expect(world.log).toEqual([]);
    expect(world.asked).toBe(1);
    expect(types(events)).toEqual(['step.checked a', 'step.checked b', 'run.succeeded']);
    expect(events.at(-1)).toMatchObject({ stats: { changes: 0 } });
  });

  it('applies what is needed, stage by stage, and leaves alone what is not', async () => {
    const { world, run } = setUp();
    const steps = [[makeStep(world, 'a'), makeStep(world, 'b')], [makeStep(world, 'c')]];
    world.steps.set('b', true);
    const { events, error } = await run(steps);
    expect(error).toBeUndefined();
    expect(world.log).toEqual(['acquire', 'a', 'c', 'release']);
    expect(types(events).at(-1)).toBe('run.succeeded');
    expect(events.at(-1)).toMatchObject({ stats: { changes: 2 } });
    expect((await run(steps)).events.at(-1)).toMatchObject({ stats: { changes: 0 } });
  });

  it('fails a step that does not bring about what it should', async () => {
    const { world, run } = setUp();
    const { error, events } = await run([[makeStep(world, 'a', () => Promise.resolve())], [makeStep(world, 'b')]]);
    expect(error).toMatchObject({ code: 'step.ineffective', details: { step: 'a' } });
    expect(types(events)).not.toContain('step.started b');
    expect(world.log).toEqual(['acquire', 'a', 'release']);
  });

  it('stops the neighbours of a failed step and reports the first error alone', async () => {
    const { world, run } = setUp();
    let stopped = false;
    const slow = makeStep(
      world,
      'slow',
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason as Error);
          }),
        ),
    );
    const bad = makeStep(world, 'bad', () => Promise.reject(new AppError('disk.full')));
    const { error, events } = await run([[slow, bad]]);
    expect(error).toMatchObject({ code: 'disk.full', details: { step: 'bad' } });
    expect(stopped).toBe(true);
    expect(types(events).filter((type) => type.startsWith('step.failed'))).toEqual(['step.failed bad']);
  });

  it('says that it was cancelled, not that it failed', async () => {
    const { world, run } = setUp();
    const stop = new AbortController();
    const slow = makeStep(
      world,
      'slow',
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          stop.abort(new AppError('run.cancelled'));
        }),
    );
    const { error, events } = await run([[slow]], { signal: stop.signal });
    expect(error).toMatchObject({ code: 'run.cancelled', exitCode: 130 });
    expect(types(events).at(-1)).toBe('run.cancelled');
    expect(world.log.at(-1)).toBe('release');
  });

  it('ends a step that takes too long', async () => {
    const { world, run } = setUp();
    const slow = {
      ...makeStep(
        world,
        'slow',
        (signal) =>
          new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      ),
      timeoutMs: 20,
    };
    expect((await run([[slow]])).error).toMatchObject({ code: 'command.timeout' });
  });

  it('took no time where the clock was set back meanwhile', async () => {
    const { world, run } = setUp();
    const times = [5_000, 1_000];
    const { events } = await run([[makeStep(world, 'a')]], { now: () => times.shift() ?? 0 });
    expect(events.at(-1)).toMatchObject({ type: 'run.succeeded', stats: { durationMs: 0 } });
  });

  it('waits for no answer when it is stopped', async () => {
    const { world, run } = setUp();
    const stop = new AbortController();
    const { error, events } = await run([[makeStep(world, 'a')]], {
      signal: stop.signal,
      ask: (_facts, signal) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
          stop.abort(new AppError('run.cancelled'));
        }),
    });
    expect(error).toMatchObject({ code: 'run.cancelled' });
    expect(types(events)).toEqual(['run.cancelled']);
  });

  it('refuses while somebody else works there, also when there would be nothing to do', async () => {
    const { world, run } = setUp();
    const steps = [[makeStep(world, 'a')]];
    world.steps.set('a', true);
    world.lease = { is: 'held', holder: other, secondsLeft: 50 };
    const { error } = await run(steps);
    expect(error).toMatchObject({ code: 'lease.held', details: { who: 'bert@desk' } });
    expect(world.log).toEqual([]);
  });

  it('goes on where a run of its own installation was cut short', async () => {
    const { world, run } = setUp();
    const steps = [[makeStep(world, 'a')]];
    world.lease = { is: 'held', holder: { ...other, installation: me.installation }, secondsLeft: 50 };
    expect((await run(steps)).error).toMatchObject({ code: 'lease.held' });
    world.alive = false;
    expect((await run(steps)).error).toBeUndefined();
    expect(world.log).toEqual(['acquire', 'a', 'release']);
  });

  it('refuses to run a query as a change', async () => {
    const { world, run } = setUp();
    const step: Step = {
      ...makeStep(world, 'a'),
      apply: async (context) => {
        await context.change(query(['look']));
      },
    };
    expect((await run([[step]])).error).toMatchObject({ code: 'internal.bug' });
    expect(change(['x']).effect).toBe('change');
  });
});
