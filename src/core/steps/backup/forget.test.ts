import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStepBench } from '../../../../test/lab/step-bench.ts';
import { sampleInstance } from '../../../../test/sample-instance.ts';
import { backupIdSchema } from '../../../shared/model/ids.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import { createProgramBench, openQuarters } from './fake-openclaw.ts';
import { forgetStep } from './forget.ts';
import { BEFORE, PRIVATE_MARK } from './quarters-script.ts';

const OLD = { 'openclaw.json': '{"is":"old"}' };

it('what an update has left goes when somebody says so, from the disk and from the record', async () => {
  await using host = await openLocalHost();
  using world = createProgramBench(backupIdSchema.parse('b-00000000000000aa'));
  const bench = createStepBench(host);
  let record: Instance = { ...sampleInstance(), leftState: { at: '2026-11-21T12:00:00.000Z', bytes: 1 } };
  const instances = {
    get: () => Promise.resolve(record),
    update: async (_id: unknown, change: (old: Instance) => Instance | Promise<Instance>) =>
      (record = await change(record)),
  };
  const step = forgetStep(record.id, openQuarters(host, world), instances);
  world.write(OLD);
  mkdirSync(join(world.stateDir, BEFORE));
  writeFileSync(join(world.stateDir, BEFORE, PRIVATE_MARK), 'x');
  expect(await bench.check(step)).toMatchObject({ is: 'needed', severity: 'data-loss' });
  expect((await bench.run(step)).is).toBe('satisfied');
  expect([world.left(), record.leftState, world.read()]).toEqual([[], undefined, OLD]);
  // Also where the record knows nothing of it.
  mkdirSync(join(world.stateDir, BEFORE));
  writeFileSync(join(world.stateDir, BEFORE, PRIVATE_MARK), 'x');
  expect((await bench.check(step)).is).toBe('needed');
});
