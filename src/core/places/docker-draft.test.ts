import { expect, test } from 'vitest';
import { installationIdSchema, instanceIdSchema } from '../../shared/model/ids.ts';
import { FakeEngine } from '../container-engine/fake/fake-engine.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { buildContainerSpec, labelInstance } from '../openclaw/container-spec.ts';
import { describeSubnet } from '../openclaw/subnet-choice.ts';
import { readTraces } from './docker-draft.ts';

const ours = installationIdSchema.parse('h-0011223344556677');
const theirs = installationIdSchema.parse('h-7766554433221100');
const signal = new AbortController().signal;

async function engineWith(name: string, id: string, installation: typeof ours, what: 'container' | 'volume') {
  const engine = new FakeEngine({ images: ['i'] });
  const instance = { id: instanceIdSchema.parse(id), name };
  const [layout, labels] = [layoutContainer(instance), labelInstance(instance, installation)];
  if (what === 'volume') await engine.volumes.create(layout.stateVolume, labels);
  else {
    const { address } = describeSubnet('10.213.0.0/28');
    const limits = { memoryBytes: 2 ** 31, cpus: 1 };
    await engine.containers.create(buildContainerSpec({ layout, labels, image: 'i', address, port: 19_100, limits }));
  }
  return engine;
}

const ID = 'i-00112233445566aa';

test('what a removal has kept is found by its name, however it is written', async () => {
  const engine = await engineWith('Research', ID, ours, 'volume');
  expect(await readTraces(engine, 'research', ours, signal)).toMatchObject({
    id: ID,
    name: 'Research',
    foreign: undefined,
  });
  expect(await readTraces(engine, 'other', ours, signal)).toMatchObject({ id: undefined, foreign: undefined });
});

test('a container whose record was lost is known again', async () => {
  const engine = await engineWith('research', ID, ours, 'container');
  expect(await readTraces(engine, 'research', ours, signal)).toMatchObject({ id: ID, foreign: undefined });
});

test('a container of another Hardshell is named, and its data is never taken over', async () => {
  const engine = await engineWith('research', ID, theirs, 'container');
  expect(await readTraces(engine, 'research', ours, signal)).toMatchObject({
    id: undefined,
    foreign: { container: 'openclaw-research-00112233', installation: theirs },
  });
  const kept = await engineWith('research', ID, theirs, 'volume');
  expect(await readTraces(kept, 'research', ours, signal)).toMatchObject({ id: undefined, foreign: undefined });
});

test('two of one name that were made at once: each Hardshell goes on with its own', async () => {
  const engine = await engineWith('research', ID, theirs, 'container');
  const own = instanceIdSchema.parse('i-aabbccddeeff0011');
  const layout = layoutContainer({ id: own, name: 'research' });
  await engine.volumes.create(layout.stateVolume, labelInstance({ id: own, name: 'research' }, ours));
  expect(await readTraces(engine, 'research', ours, signal)).toMatchObject({ id: own, foreign: undefined });
});
