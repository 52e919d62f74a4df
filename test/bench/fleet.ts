import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceStatus } from '../../src/core/index.ts';
import { labelNames, layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import { instanceSchema, type Instance } from '../../src/shared/model/instance.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { openTestCore } from '../lab/test-core.ts';
import type { Figure } from './measure.ts';

const FLEET = 50;
const CHANGES = 10;
const IDLE_MS = 20_000;

/** Fifty containers of ours that do nothing: how soon a change of one is known, and what it costs to know of none. */
export async function measureFleet(image: string): Promise<Figure[]> {
  await using person = await openTestCore();
  const state = createStateStore(person.dataDir, { onProblem: throwIt, platform: process.platform });
  const { id: installation } = await state.installation();
  const instances = Array.from({ length: FLEET }, (_, index) => draft(index));
  try {
    for (const instance of instances) {
      await state.instances.put(instance.id, instance);
      await makeContainer(instance, installation, image);
    }
    const heard: { readonly at: number; readonly status: InstanceStatus }[] = [];
    const startedAt = performance.now();
    await using watch = person.core.instances.watchContainers((status) => {
      heard.push({ at: performance.now(), status });
    });
    await waitFor(() => heard.length >= FLEET);
    const shownMs = performance.now() - startedAt;

    const before = process.cpuUsage();
    await sleep(IDLE_MS);
    const idle = process.cpuUsage(before);
    const idleShare = (idle.user + idle.system) / 1000 / IDLE_MS;

    const delays: number[] = [];
    for (const instance of instances.slice(0, CHANGES)) {
      heard.length = 0;
      const stopping = docker(['kill', layoutContainer(instance).container]);
      await stopping;
      const endedAt = performance.now();
      await waitFor(() => heard.some(({ status }) => status.instance.id === instance.id && status.state === 'stopped'));
      delays.push((heard[0]?.at ?? Number.NaN) - endedAt);
    }
    await watch[Symbol.asyncDispose]();
    return [
      {
        title: `a list of ${String(FLEET)} containers is known`,
        value: shownMs,
        unit: 'ms',
        note: 'one list, one stream of events',
      },
      {
        title: 'one that was killed is told',
        value: Math.max(...delays),
        unit: 'ms',
        goal: { atMost: 1000 },
        note: `the slowest of ${String(CHANGES)}`,
      },
      {
        title: `processor of the idle panel with ${String(FLEET)} containers, per second`,
        value: idleShare * 1000,
        unit: 'ms',
        goal: { atMost: 10 },
        note: `measured over ${String(IDLE_MS / 1000)} s`,
      },
    ];
  } finally {
    await tryDocker(['rm', '-f', ...instances.map((instance) => layoutContainer(instance).container)]);
  }
}

function draft(index: number): Instance {
  return instanceSchema.parse({
    id: `i-${randomBytes(8).toString('hex')}`,
    name: `bench ${String(index)}`,
    target: { kind: 'docker' },
    createdAt: new Date().toISOString(),
    phase: 'deployed',
    version: '2026.9.6',
    port: 19_100 + index,
    telemetry: false,
    installer: 'pinned',
  });
}

async function makeContainer(instance: Instance, installation: string, image: string): Promise<void> {
  const labels = { [labelNames.instance]: instance.id, [labelNames.installation]: installation };
  await docker([
    ...['run', '-d', '--name', layoutContainer(instance).container, '--network', 'none', '--init'],
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...[image, 'sleep', '600'],
  ]);
}

async function waitFor(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('It was not told within a minute.');
    await sleep(5);
  }
}

function throwIt(error: Error): void {
  throw error;
}
