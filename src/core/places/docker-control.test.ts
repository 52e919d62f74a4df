import { expect, test, vi } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { FakeEngine } from '../container-engine/fake/fake-engine.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { buildContainerSpec, labelInstance } from '../openclaw/container-spec.ts';
import { describeSubnet } from '../openclaw/subnet-choice.ts';
import { installationIdSchema } from '../../shared/model/ids.ts';
import { buildRecord } from './docker-berth.ts';
import { haltContainer } from './docker-change.ts';
import { controlContainer, execInContainer, lookAtContainer } from './docker-control.ts';
import { describeSilence } from './gateway-look.ts';

const subnet = describeSubnet('10.213.0.0/28');

async function instanceOn(engine: ContainerEngine, phase: Instance['phase'] = 'deployed'): Promise<Instance> {
  return {
    id: instanceIdSchema.parse('i-00112233445566aa'),
    name: 'research',
    target: { kind: 'docker' },
    createdAt: '2026-11-21T12:00:00.000Z',
    phase,
    version: '2026.9.6',
    port: 19_100,
    telemetry: false,
    installer: 'pinned',
    container: buildRecord((await engine.look()).id, subnet, { image: 'i' }),
  };
}

async function engineWith(instance: (engine: FakeEngine) => Promise<Instance>): Promise<[FakeEngine, Instance]> {
  const engine = new FakeEngine({ images: ['i'] });
  const made = await instance(engine);
  const layout = layoutContainer(made);
  const labels = labelInstance(made, installationIdSchema.parse('h-0011223344556677'));
  const limits = { memoryBytes: 2 ** 31, cpus: 1 };
  await engine.networks.create({ name: layout.network, labels, subnet: subnet.subnet, gateway: subnet.gateway });
  await engine.containers.create(
    buildContainerSpec({ layout, labels, image: 'i', address: subnet.address, port: made.port, limits }),
  );
  await engine.containers.start(layout.container);
  return [engine, made];
}

test('what an engine says of a container, in the words for an instance', async () => {
  const [engine, instance] = await engineWith((it) => instanceOn(it));
  const { container } = layoutContainer(instance);
  expect(await lookAtContainer(engine, instance)).toMatchObject({ down: undefined, isYoung: true });
  await engine.containers.pause(container);
  expect((await lookAtContainer(engine, instance)).down).toMatchObject({ state: 'stopped' });
  await engine.containers.unpause(container);
  await engine.containers.stop(container, 1);
  expect((await lookAtContainer(engine, instance)).down).toMatchObject({
    state: 'stopped',
    because: 'the container is stopped',
  });
});

test.each([
  [137, true, 'container.oom'],
  [78, false, 'gateway.config-exit'],
])('one that ended with %i says why', async (code, isOomKilled, expected) => {
  const [engine, instance] = await engineWith((it) => instanceOn(it));
  const { container } = layoutContainer(instance);
  await engine.containers.update(container, { restart: 'no' });
  engine.endContainer(container, code, isOomKilled);
  expect((await lookAtContainer(engine, instance)).down).toMatchObject({ state: 'failed', error: { code: expected } });
});

test('one that ran out of memory and was started again says so while its gateway is silent', async () => {
  const [engine, instance] = await engineWith((it) => instanceOn(it));
  const found = await engine.containers.find(layoutContainer(instance).container);
  if (found === undefined) throw new Error('there is no container');
  const anew = { ...found, isOomKilled: true, restarts: 1, endedAt: '2026-11-21T12:00:00.000Z' };
  const find = vi.spyOn(engine.containers, 'find').mockResolvedValue(anew);
  const look = await lookAtContainer(engine, instance);
  expect(look).toMatchObject({ down: undefined, crash: { error: { code: 'container.oom' } } });
  const silence = new AppError('gateway.unreachable');
  expect(describeSilence(silence, look)).toMatchObject({ state: 'starting', error: { code: 'container.oom' } });
  expect(describeSilence(silence, { ...look, crash: undefined })).not.toHaveProperty('error');
  // One of its programs was killed, it has lived on.
  find.mockResolvedValue({ ...anew, restarts: 0 });
  expect((await lookAtContainer(engine, instance)).crash).toBeUndefined();
});

test('a container that somebody removed is gone, one that was never made is not there yet', async () => {
  const [engine, instance] = await engineWith((it) => instanceOn(it));
  await engine.containers.remove(layoutContainer(instance).container);
  expect((await lookAtContainer(engine, instance)).down).toMatchObject({ error: { code: 'container.gone' } });
  const fresh = { ...instance, phase: 'deploying' as const };
  expect((await lookAtContainer(engine, fresh)).down).toMatchObject({ state: 'not-deployed' });
  await expect(execInContainer(engine, instance, ['true'], {})).rejects.toMatchObject({ code: 'container.gone' });
});

test('another engine at the same address is not mistaken for the one that it lives on', async () => {
  const [, instance] = await engineWith((it) => instanceOn(it));
  const other = new FakeEngine({ images: ['i'] });
  await expect(lookAtContainer(other, instance)).rejects.toMatchObject({ code: 'engine.changed' });
});

test('what is frozen stays down when its engine restarts before anything else was done; started by hand, it is itself again', async () => {
  const [engine, instance] = await engineWith((it) => instanceOn(it));
  const { container } = layoutContainer(instance);
  const { signal } = new AbortController();
  const access = { engine: { open: () => Promise.resolve(engine), find: () => Promise.resolve(engine) } };
  await haltContainer(instance, access, signal);
  expect(await engine.containers.find(container)).toMatchObject({ state: 'paused' });
  engine.restartEngine();
  expect(await engine.containers.find(container)).toMatchObject({ state: 'exited' });

  const lease = { lost: signal, audit: () => Promise.resolve() };
  await controlContainer(lease as unknown as Parameters<typeof controlContainer>[0], engine, instance, 'start');
  expect(await engine.containers.find(container)).toMatchObject({ state: 'running', restart: 'unless-stopped' });
});
