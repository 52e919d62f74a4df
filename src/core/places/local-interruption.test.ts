import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChance, takesAllCases } from '../../../test/lab/seed.ts';
import { openFakeSupplies, type FakeSupplies } from '../../../test/supervisor/fake-supplies.ts';
import {
  killAt,
  listLeftovers,
  localStages,
  openLocalPerson,
  watchComputer,
} from '../../../test/supervisor/local-person.ts';

const chance = openChance();
/** The stand-ins are quick: so long a step of theirs takes. */
const MOST_DELAY_MS = 400;

describe.skipIf(process.platform !== 'linux')(
  `a deployment to this computer that is killed again and again (HARDSHELL_TEST_SEED=${chance.seed})`,
  { timeout: 180_000 },
  () => {
    let supplies: FakeSupplies;
    beforeAll(async () => {
      supplies = await openFakeSupplies();
    });
    afterAll(() => supplies[Symbol.asyncDispose]());

    const journeys = Array.from({ length: takesAllCases ? 4 : 1 }, () =>
      localStages.flat().map((step) => ({ step, afterMs: chance.delayMs(MOST_DELAY_MS) })),
    );
    it.each(
      journeys.map((cases) => ({
        title: cases.map(({ step, afterMs }) => `${afterMs} ms into ${step}`).join(', '),
        cases,
      })),
    )('converges: $title', async ({ cases }) => {
      await using local = await openLocalPerson({ registry: supplies.url });
      await using watch = watchComputer(local.person.dataDir);
      for (const { step, afterMs } of cases) await killAt(local, step, afterMs);

      const next = await local.deploy();
      expect(next.error, 'the next run, at once').toBeUndefined();
      const third = await local.deploy();
      expect(third.result).toMatchObject({ ok: true, stats: { changes: 0, slowCalls: 0 } });
      expect(watch.mostInstalls).toBe(1);
      expect(watch.badConfigs).toEqual([]);
      expect(await listLeftovers(local)).toEqual([]);
      expect(await local.gateways()).toHaveLength(1);
      expect((await local.person.run(['status', 'home', '--json'])).result).toMatchObject({
        status: { state: 'running' },
      });
    });
  },
);
