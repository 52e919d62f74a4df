import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { installationIdSchema, instanceIdSchema } from '../../shared/model/ids.ts';
import { sampleInstance } from '../../../test/sample-instance.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { InstanceStatus } from '../api-link.ts';
import { FakeEngine } from '../container-engine/fake/fake-engine.ts';
import { labelNames, layoutContainer } from '../openclaw/container-layout.ts';
import { buildContainerSpec, labelInstance, limitsOf } from '../openclaw/container-spec.ts';
import { FleetWatch } from './fleet-watch.ts';
import { until } from '../../../test/until.ts';

const IMAGE = 'hardshell/openclaw:2026.9.6';
const installation = installationIdSchema.parse('h-0000000000000001');

function draft(index: number): Instance {
  const id = instanceIdSchema.parse(`i-${String(index).padStart(16, '0')}`);
  return sampleInstance({ id, name: `bot ${String(index)}`, port: 19_100 + index });
}

async function addContainer(engine: FakeEngine, instance: Instance): Promise<void> {
  const layout = layoutContainer(instance);
  const subnet = `10.213.${String(instance.port - 19_100)}`;
  await engine.networks.create({ name: layout.network, labels: {}, subnet: `${subnet}.0/28`, gateway: `${subnet}.1` });
  await engine.containers.create(
    buildContainerSpec({
      layout,
      labels: labelInstance(instance, installation),
      image: IMAGE,
      limits: limitsOf(instance),
      address: `${subnet}.2`,
      port: instance.port,
    }),
  );
  await engine.containers.start(layout.container);
}

interface Setting {
  readonly engine: FakeEngine;
  readonly instances: Instance[];
  readonly told: InstanceStatus[];
  readonly opened: { times: number };
  readonly watch: FleetWatch;
}

async function setUp(count: number, openings: readonly AppError[] = []): Promise<Setting> {
  const engine = new FakeEngine({ images: [IMAGE] });
  const instances = Array.from({ length: count }, (_, index) => draft(index));
  for (const instance of instances) await addContainer(engine, instance);
  const told: InstanceStatus[] = [];
  const opened = { times: 0 };
  const watch = new FleetWatch({
    openEngine() {
      const error = openings[opened.times];
      opened.times += 1;
      if (error !== undefined) return Promise.reject(error);
      return Promise.resolve({ engine, [Symbol.asyncDispose]: () => Promise.resolve() });
    },
    labels: { [labelNames.installation]: installation },
    readInstances: () => Promise.resolve(instances),
    tell: (status) => told.push(status),
  });
  return { engine, instances, told, opened, watch };
}

const states = (told: readonly InstanceStatus[]): string[] =>
  told.map(({ instance, state }) => `${instance.name} ${state}`);

describe('a watched engine', () => {
  it('knows one that was adopted by the name of its container', async () => {
    const { engine, instances, told, watch } = await setUp(1);
    const [theirs] = instances;
    if (theirs === undefined) throw new Error('There is none.');
    const container = layoutContainer(theirs).container;
    const base = { hostname: container, uid: 1000, gid: 1000, home: '/home/node', packageDir: '/app', port: 18_789 };
    const paths = { stateDir: '/home/node/.openclaw', configPath: '/home/node/.openclaw/openclaw.json' };
    const id = instanceIdSchema.parse(`i-${'9'.repeat(16)}`);
    const adopted = { kind: 'container' as const, container, ...base, ...paths, program: ['openclaw'], mounts: {} };
    instances.splice(0, 1, { ...theirs, id, name: 'helper', adopted });
    await until(() => expect(states(told)).toEqual(['helper running']));
    await engine.containers.stop(container, 1);
    await until(() => expect(states(told)).toEqual(['helper running', 'helper stopped']));
    await watch[Symbol.asyncDispose]();
  });

  it('tells of each of its instances once, and then of the one that has changed', async () => {
    const { engine, instances, told, watch } = await setUp(3);
    await until(() => expect(states(told)).toEqual(['bot 0 running', 'bot 1 running', 'bot 2 running']));
    const asked = engine.traffic.calls;
    told.length = 0;
    const [, second] = instances;
    if (second === undefined) throw new Error('There are three.');
    await engine.containers.stop(layoutContainer(second).container, 0);
    await until(() => expect(states(told)).toEqual(['bot 1 stopped']));
    // The stop itself, and lists: one for what happened together, at most one more for what came behind it.
    expect(engine.traffic.calls - asked).toBeLessThanOrEqual(3);
    await watch[Symbol.asyncDispose]();
  });

  it('tells of a container that somebody has removed, and of an instance that is new', async () => {
    const { engine, instances, told, watch } = await setUp(1);
    await until(() => expect(states(told)).toEqual(['bot 0 running']));
    await engine.containers.remove(layoutContainer(draft(0)).container);
    await until(() => expect(states(told)).toEqual(['bot 0 running', 'bot 0 not-deployed']));
    instances.push(draft(1));
    await addContainer(engine, draft(1));
    watch.refresh();
    await until(() => expect(states(told)).toContain('bot 1 running'));
    await watch[Symbol.asyncDispose]();
  });

  it('is tried again when it is away, and its instances are unreachable meanwhile', async () => {
    const { told, opened, watch } = await setUp(1, [new AppError('engine.unreachable')]);
    await until(() => expect(states(told)).toEqual(['bot 0 unreachable']));
    await until(() => expect(states(told)).toEqual(['bot 0 unreachable', 'bot 0 running']));
    expect(opened.times).toBe(2);
    await watch[Symbol.asyncDispose]();
  });

  it('is not asked again and again for what only a person can give', async () => {
    const { told, opened, watch } = await setUp(1, [new AppError('host.auth-failed')]);
    await until(() => expect(states(told)).toEqual(['bot 0 unreachable']));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(opened.times).toBe(1);
    watch.refresh();
    await until(() => expect(states(told)).toEqual(['bot 0 unreachable', 'bot 0 running']));
    await watch[Symbol.asyncDispose]();
  });
});
