import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStepBench, failure, type StepBench } from '../../../../test/lab/step-bench.ts';
import { installationIdSchema, instanceIdSchema } from '../../../shared/model/ids.ts';
import { FakeEngine } from '../../container-engine/fake/fake-engine.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import type { Host } from '../../host/host.ts';
import { layoutContainer } from '../../openclaw/container-layout.ts';
import { buildPassingSpec, labelInstance } from '../../openclaw/container-spec.ts';
import type { Berth } from '../docker/seat.ts';
import { dockerTidyStep } from './docker-tidy.ts';

const MINE = { id: instanceIdSchema.parse('i-00112233445566aa'), name: 'research' };
const labels = labelInstance(MINE, installationIdSchema.parse('h-0011223344556677'));
const layout = layoutContainer(MINE);

let host: Host;
let engine: FakeEngine;
let bench: StepBench;
let closed: number;

beforeEach(async () => {
  host = await openLocalHost();
  engine = new FakeEngine({ images: ['image'], run: () => undefined });
  bench = createStepBench(host);
  closed = 0;
});
afterEach(() => host[Symbol.asyncDispose]());

const tidy = () => {
  const engines: Berth['engine'] = { open: () => Promise.resolve(engine), find: () => Promise.resolve(engine) };
  const berth = { layout, labels, engine: engines } as Berth; // it takes no seat
  return dockerTidyStep(berth, () => {
    closed += 1;
    return Promise.resolve();
  });
};
const leave = (name: string, theirs: Readonly<Record<string, string>> = labels): Promise<unknown> =>
  engine.containers.create(
    buildPassingSpec({
      name,
      image: 'image',
      command: ['true'],
      env: {},
      user: '1000:1000',
      labels: theirs,
      volumes: {},
    }),
    {},
  );

it('has nothing to do where nothing was left', async () => {
  expect(await bench.run(tidy())).toMatchObject({ is: 'satisfied' });
  expect(closed).toBe(0);
});

it('removes what a run that was killed has left, and nothing else', async () => {
  await leave(layout.container);
  await leave(layout.backupContainer);
  expect(await bench.run(tidy())).toMatchObject({ is: 'satisfied' });
  expect(closed).toBe(1);
  expect(await engine.containers.find(layout.backupContainer, {})).toBeUndefined();
  expect(await engine.containers.find(layout.container, {})).toBeDefined();
});

it("leaves one of that name that is somebody else's", async () => {
  await leave(layout.backupContainer, {});
  expect(await failure(bench.run(tidy()))).toMatchObject({ code: 'engine.conflict' });
  expect(await engine.containers.find(layout.backupContainer, {})).toBeDefined();
});
