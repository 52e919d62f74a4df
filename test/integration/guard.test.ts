import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Guard } from '../../src/shared/model/guard.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';

const minutes = 60_000;
const WILD = ownName('wild');
const CALM = ownName('calm');
const WINDOW_SECONDS = 20;
/** Less than all: what a busy machine gives a container is less than what it may take. */
const GUARD: Guard = { cpu: { abovePercent: 50, forSeconds: WINDOW_SECONDS } };
/** A gateway that has just begun to answer still has things to do. */
const CALM_SHARE = 0.3;

describeWithLab('a guard', () => {
  let person: DockerPerson;
  beforeAll(async () => {
    person = await openDockerPerson();
  });
  afterAll(() => person[Symbol.asyncDispose](), 5 * minutes);

  const find = async (name: string): Promise<Instance | undefined> =>
    (await person.core.instances.list()).find((instance) => instance.name === name);

  /** Until a gateway has nothing more to do than to wait. */
  const waitUntilCalm = async (name: string): Promise<void> => {
    const id = (await find(name))?.id;
    if (id === undefined) throw new Error(`There is no ${name}.`);
    await using link = await person.core.instances.link(id);
    let [calm, seen] = [0, 0];
    const listening = link.onSample(({ cpu }) => {
      seen += 1;
      calm = cpu < CALM_SHARE ? calm + 1 : 0;
    });
    try {
      const told = (): void => expect(calm, `calm after ${String(seen)} looks`).toBeGreaterThanOrEqual(2);
      await vi.waitFor(told, { timeout: 3 * minutes, interval: 500 });
    } finally {
      listening[Symbol.dispose]();
    }
  };

  it(
    'suspends a container that burns its processors within two windows, and its neighbours keep answering',
    { timeout: 20 * minutes },
    async () => {
      for (const name of [WILD, CALM]) {
        expect((await person.deploy(name)).run.status).toBe('succeeded');
        await waitUntilCalm(name);
        await person.core.guards.set(name, GUARD);
      }
      // So little that a machine which others work on gives it that as well.
      const limits = { memoryBytes: 2 * 1024 ** 3, cpus: 0.25 };
      const preview = await person.core.changes.preview(WILD, { kind: 'limits', limits });
      expect((await person.core.changes.start(preview.id)).status).toBe('succeeded');
      // Two doors that are open at once: whichever comes first, it is suspended once.
      const guards = [person.core.guards.watch(), person.core.guards.watch()];
      try {
        // Both have looked at both of them by then.
        await sleep(15_000);
        const began = Date.now();
        const burning = await person.core.instances.exec(WILD, ['node', '-e', 'for (;;);'], {});
        burning.stdin.end();
        burning.exit.catch(() => undefined);
        while ((await find(WILD))?.suspension === undefined && Date.now() - began < 3 * minutes) {
          expect(await person.core.instances.status(CALM)).toMatchObject({ state: 'running' });
          await sleep(500);
        }
        const suspension = (await find(WILD))?.suspension;
        expect(suspension).toMatchObject({ by: 'guard', because: `CPU above 50 % for ${String(WINDOW_SECONDS)} s` });
        const took = Date.parse(suspension?.at ?? '') - began;
        console.log(`suspended after ${String(took)} ms`);
        expect(took).toBeGreaterThan(WINDOW_SECONDS * 1000);
        expect(took).toBeLessThan(2 * WINDOW_SECONDS * 1000);
        await vi.waitFor(
          async () => {
            const runs = (await person.core.runs.list()).filter(({ kind }) => kind === 'suspend');
            expect(runs.map(({ status }) => status).filter((status) => status === 'succeeded')).toHaveLength(1);
            expect(runs.some(({ status }) => status === 'running')).toBe(false);
          },
          { timeout: minutes, interval: 500 },
        );
        expect(await person.core.instances.status(WILD)).toMatchObject({ state: 'suspended' });
        expect(await person.core.instances.status(CALM)).toMatchObject({ state: 'running' });
        expect((await find(CALM))?.suspension).toBeUndefined();

        // A gateway starts with more than that, and would be above its limit while it does.
        const more = await person.core.changes.preview(WILD, { kind: 'limits', limits: { ...limits, cpus: 2 } });
        expect((await person.core.changes.start(more.id)).status).toBe('succeeded');
        expect((await person.core.instances.resume(WILD)).status).toBe('succeeded');
        expect((await find(WILD))?.suspension).toBeUndefined();
      } finally {
        for (const guard of guards) await guard[Symbol.asyncDispose]();
      }
      expect(await person.core.instances.status(WILD)).toMatchObject({ state: 'running' });
    },
  );
});
