import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import {
  openRehearsal,
  serverStages,
  stageOf,
  type DeploymentCheckpoint,
  type Rehearsal,
  type ServerStep,
} from '../lab/deployment-checkpoints.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import type { Ended } from '../lab/person.ts';
import { openChance, takesAllCases, type Chance } from '../lab/seed.ts';
import type { LabServer } from '../lab/server.ts';
import { listLeftovers, readFingerprint } from '../lab/server-traces.ts';
import { readSightings, watchServer } from '../lab/server-watch.ts';

/** How a run is broken off: our own process dies, or the line to the server does. */
type Interruption = 'killed' | 'cut';
interface Case {
  readonly step: ServerStep;
  readonly how: Interruption;
  /** After the step has begun. */
  readonly afterMs: number;
}

const MOST_DELAY_MS = 2000;
const MOST_OUTAGE_MS = 1500;

/**
 * All: every case on a server of its own. Else: one case of every stage, suffered one after the other by a single server, so
 * that each of its runs has to mend what the one before has left, and has to get past the place where that one was broken off.
 */
function drawJourneys(chance: Chance): Case[][] {
  const draw = (step: ServerStep, how: Interruption): Case => ({ step, how, afterMs: chance.delayMs(MOST_DELAY_MS) });
  if (takesAllCases) return serverStages.flat().flatMap((step) => [[draw(step, 'killed')], [draw(step, 'cut')]]);
  return [serverStages.map((stage) => draw(chance.pick<ServerStep>(stage), chance.pick(['killed', 'cut'] as const)))];
}

const chance = openChance();
const journeys = drawJourneys(chance);
const describeCase = ({ step, how, afterMs }: Case): string => `${how} ${afterMs} ms into ${step}`;

describeWithLab(`a deployment that is broken off (HARDSHELL_TEST_SEED=${chance.seed})`, () => {
  let npm: NpmProxy;
  let rehearsal: Rehearsal;
  const checkpoints: DeploymentCheckpoint[] = [];
  let undisturbed: unknown;

  beforeAll(async () => {
    npm = await startNpmProxy();
    rehearsal = await openRehearsal(npm);
    await using server = await rehearsal.bootFresh();
    const wanted = new Set(journeys.map(([first]) => (first === undefined ? 0 : stageOf(first.step))));
    for (const stage of [...wanted].sort((a, b) => a - b)) checkpoints.push(await rehearsal.reach(server, stage));
    const done = await rehearsal.deploy(server);
    expect(done.error).toBeUndefined();
    expect(plannedSteps(done), 'the matrix has every step of the plan').toEqual(serverStages.flat());
    undisturbed = await readFingerprint(server);
  }, 20 * 60_000);

  afterAll(async () => {
    await rehearsal[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
  });

  it.each(journeys.map((cases) => ({ title: cases.map(describeCase).join(', '), cases })))(
    'converges: $title',
    { timeout: 20 * 60_000 },
    async ({ cases }) => {
      const checkpoint = checkpoints.find(({ stage }) => stage === stageOf(cases[0]?.step ?? 'claim'));
      if (checkpoint === undefined) throw new Error('There is no checkpoint to begin from.');
      await using server = await rehearsal.boot(checkpoint);
      await using watch = await watchServer(server);

      for (const one of cases) await breakOff(rehearsal, server, one);

      const next = await rehearsal.deploy(server);
      expect(next.error, 'the next run, at once').toBeUndefined();
      expect(next.code).toBe(0);
      const third = await rehearsal.deploy(server);
      expect(third.result).toMatchObject({ ok: true, stats: { changes: 0, slowCalls: 0 } });
      expect(unsatisfiedSteps(third)).toEqual([]);

      const seen = await watch.finish();
      expect(seen).toMatchObject({ overlaps: [], strangers: [], badConfigs: [] });
      expect(seen.samples, 'the watch was awake').toBeGreaterThan(50);
      expect(seen.runs.length, 'it saw commands at work').toBeGreaterThan(0);
      expect(await listLeftovers(server)).toEqual([]);
      expect(await readFingerprint(server)).toEqual(undisturbed);
      const status = await rehearsal.person.run(['status', 'research', '--json']);
      expect(status.result).toMatchObject({ ok: true, status: { state: 'running' } });
    },
  );

  it('would be told by the watch if two runs were at work, or a configuration was half there', () => {
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    const said = ['runs r-1', 'runs r-1 r-2', 'stranger npm install', `config 600 ${hex('{ a: ')}`, 'config 644 7b7d'];
    expect(readSightings([...said, 'samples 9'])).toMatchObject({
      samples: 9,
      runs: ['r-1', 'r-2'],
      overlaps: ['r-1 and r-2'],
      strangers: ['npm install'],
      badConfigs: [expect.stringContaining('in 5 characters'), 'its mode was 644'],
    });
  });

  /** Starts a deployment, and breaks it off a while after the step has begun. */
  async function breakOff({ door, ...deploying }: Rehearsal, server: LabServer, one: Case): Promise<void> {
    const { step, how, afterMs } = one;
    const process = deploying.startDeploy(server);
    // Where the interruption before has let the step be finished, the run is broken off when it finds that.
    const begun = await process.seen(
      (line) =>
        (line.type === 'step.started' || line.type === 'step.checked') && line.stepId === step && isReached(line),
    );
    if (begun === undefined) throw new Error(`The run did not come to ${step}: ${describeEnd(await process.ended)}`);
    await sleep(afterMs);
    if (how === 'killed') {
      process.kill('SIGKILL');
      await process.ended;
      return;
    }
    door.refuse();
    door.cut();
    await sleep(chance.delayMs(MOST_OUTAGE_MS));
    door.resume();
    const ended = await process.ended;
    // A run may be quicker than the cut, and be done.
    if (ended.code !== 0) expect(ended.error?.code).toBe('host.connection-lost');
  }
});

function isReached(line: { readonly type: string; readonly check?: { readonly is: string } }): boolean {
  return line.type === 'step.started' || line.check?.is === 'satisfied';
}

function plannedSteps({ lines }: Ended): string[] {
  const started = lines.find((line) => line.type === 'run.started');
  return started?.type === 'run.started' ? started.steps.map(({ id }) => id) : [];
}

function unsatisfiedSteps({ lines }: Ended): string[] {
  return lines.flatMap((line) => (line.type === 'step.checked' && line.check.is !== 'satisfied' ? [line.stepId] : []));
}

function describeEnd({ code, stdout, stderr }: Ended): string {
  return `it ended with ${String(code)}\n${stdout.split('\n').slice(-5).join('\n')}\n${stderr}`;
}
