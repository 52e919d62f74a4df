import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChance, takesAllCases, type Chance } from '../lab/seed.ts';
import {
  killAt,
  listLeftovers,
  localStages,
  openLocalPerson,
  watchComputer,
  type LocalPerson,
  type LocalStep,
} from '../supervisor/local-person.ts';

interface Case {
  readonly step: LocalStep;
  readonly afterMs: number;
}

const MOST_DELAY_MS = 2_000;
const chance = openChance();

/**
 * All: every step from a data folder that was kept just before its stage. Else: one step of every stage, suffered one after
 * the other by a single data folder, so that each run has to mend what the one before has left.
 */
function drawJourneys(from: Chance): { readonly from: number; readonly cases: readonly Case[] }[] {
  const draw = (step: LocalStep): Case => ({ step, afterMs: from.delayMs(MOST_DELAY_MS) });
  if (takesAllCases)
    return localStages.flatMap((stage, index) => stage.map((step) => ({ from: index, cases: [draw(step)] })));
  return [{ from: 0, cases: localStages.map((stage) => draw(from.pick<LocalStep>(stage))) }];
}

const journeys = drawJourneys(chance);
const describeCase = ({ step, afterMs }: Case): string => `${afterMs} ms into ${step}`;

describe.skipIf(process.platform !== 'linux')(
  `the real OpenClaw, its deployment to this computer killed (HARDSHELL_TEST_SEED=${chance.seed})`,
  { timeout: 20 * 60_000 },
  () => {
    let local: LocalPerson;
    beforeAll(async () => {
      local = await openLocalPerson();
      await local.keep('0');
      for (const from of new Set(journeys.map((journey) => journey.from))) if (from > 0) await reach(local, from);
    }, 20 * 60_000);
    afterAll(() => local[Symbol.asyncDispose]());

    it.each(journeys.map(({ from, cases }) => ({ title: cases.map(describeCase).join(', '), from, cases })))(
      'converges: $title',
      async ({ from, cases }) => {
        await local.lose();
        await local.restore(String(from));
        await using watch = watchComputer(local.person.dataDir);
        for (const { step, afterMs } of cases) await killAt(local, step, afterMs);

        const next = await local.deploy();
        expect(next.error, 'the next run, at once').toBeUndefined();
        const third = await local.deploy();
        expect(third.result).toMatchObject({ ok: true, stats: { changes: 0, slowCalls: 0 } });
        expect(watch.mostInstalls).toBeLessThanOrEqual(1);
        expect(watch.badConfigs).toEqual([]);
        expect(await listLeftovers(local)).toEqual([]);
        expect(await local.gateways()).toHaveLength(1);
        expect((await local.person.run(['status', 'home', '--json'])).result).toMatchObject({
          status: { state: 'running' },
        });
      },
    );
  },
);

/** Goes on with the deployment until a stage begins, and keeps the data folder as it is then. */
async function reach(local: LocalPerson, stage: number): Promise<void> {
  const names: readonly string[] = localStages[stage] ?? [];
  const process = local.startDeploy();
  const begun = await process.seen((line) => line.type === 'step.started' && names.includes(line.stepId));
  process.kill('SIGINT');
  const { code, stdout, stderr } = await process.ended;
  if (begun === undefined || code !== 130) throw new Error(`Stage ${stage} was not reached:\n${stdout}${stderr}`);
  await local.lose();
  await local.keep(String(stage));
}
