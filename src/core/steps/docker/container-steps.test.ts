import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/app-error.ts';
import type { Secret } from '../../../shared/secret.ts';
import { instanceIdSchema, installationIdSchema } from '../../../shared/model/ids.ts';
import { FakeEngine } from '../../container-engine/fake/fake-engine.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import type { Host } from '../../host/host.ts';
import { layoutContainer } from '../../openclaw/container-layout.ts';
import { labelInstance } from '../../openclaw/container-spec.ts';
import { createSeatBook, takeSeat, type TakenSeat } from '../../places/docker-seat.ts';
import { createStepBench, failure, type StepBench } from '../../../../test/lab/step-bench.ts';
import type { TokenKeeper } from '../server/gateway-token.ts';
import { absentContainerStep, absentNetworkStep, volumesGoneStep } from './absent.ts';
import { configFileStep } from './config-file.ts';
import { containerLimitsStep } from './container-limits.ts';
import { containerRunningStep } from './container-running.ts';
import { containerStep } from './container.ts';
import { gatewayTokenStep } from './gateway-token.ts';
import { networkStep } from './network.ts';
import type { Berth } from './seat.ts';
import { containerStoppedStep, suspensionLiftedStep, suspensionMarkStep } from './suspended.ts';
import { volumesStep } from './volumes.ts';
import type { Step } from '../step.ts';

const MINE = { id: instanceIdSchema.parse('i-00112233445566aa'), name: 'research' };
const INSTALLATION = installationIdSchema.parse('h-0011223344556677');
const IMAGE = 'hardshell/openclaw:1';
const limits = { memoryBytes: 2 * 1024 ** 3, cpus: 2 };
const layout = layoutContainer(MINE);

let host: Host;
let engine: FakeEngine;
let bench: StepBench;
beforeEach(async () => {
  host = await openLocalHost();
  engine = new FakeEngine({ images: [IMAGE, 'hardshell/openclaw:2'] });
  bench = createStepBench(host);
});
afterEach(() => host[Symbol.asyncDispose]());

const kept: { token?: Secret } = {};
const keeper: TokenKeeper = {
  read: () => Promise.resolve(kept.token),
  keep: (token) => {
    kept.token = token;
    return Promise.resolve();
  },
};

function seatOf(more: { readonly isPortSettled?: boolean; readonly book?: ReturnType<typeof createSeatBook> } = {}) {
  return takeSeat({
    book: more.book ?? createSeatBook(),
    engine: 'e',
    known: {},
    isPortSettled: more.isPortSettled ?? false,
    seed: 0,
    survey: async () => ({
      ports: new Set((await engine.containers.list({})).flatMap(({ ports }) => ports.map(({ port }) => port))),
      subnets: (await engine.networks.list()).flatMap(({ subnets }) => subnets),
      isPortFree: () => Promise.resolve(true),
    }),
    keep: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
}

function berthIn(seat: TakenSeat): Berth {
  const open = (): Promise<FakeEngine> => Promise.resolve(engine);
  return { layout, engine: { open, find: open }, seat, labels: labelInstance(MINE, INSTALLATION) };
}

function stepsOf(berth: Berth, image = IMAGE, wanted = limits): Step[] {
  const container = containerStep(berth, { readImage: () => image, limits: wanted });
  const config = configFileStep(
    berth,
    () => ({ port: 18_789, container: { publishedPort: berth.seat.port }, telemetry: { enabled: false } }),
    keeper,
  );
  return [
    networkStep(berth),
    volumesStep(berth),
    container,
    gatewayTokenStep(berth, keeper),
    config,
    containerRunningStep(berth, [container, config]),
  ];
}

async function runAll(steps: readonly Step[]): Promise<void> {
  for (const step of steps) expect(await bench.run(step), step.id).toMatchObject({ is: 'satisfied' });
}

async function readConfig(): Promise<{ gateway: { bind: string; controlUi: { allowedOrigins: string[] } } }> {
  const file = await engine.containers.readFile(layout.container, layout.configPath);
  return JSON.parse(String(file)) as Awaited<ReturnType<typeof readConfig>>;
}

const look = async () => {
  const found = await engine.containers.find(layout.container);
  if (found === undefined) throw new Error('there is no container');
  return found;
};

test('everything is made once: the second run changes nothing', async () => {
  const steps = stepsOf(berthIn(await seatOf()));
  await runAll(steps);
  expect(await look()).toMatchObject({
    state: 'running',
    hostname: layout.hostname,
    memoryBytes: limits.memoryBytes,
    restart: 'unless-stopped',
    ports: [{ address: '127.0.0.1', port: 19_100, containerPort: 18_789 }],
  });
  expect((await readConfig()).gateway).toMatchObject({
    bind: 'lan',
    controlUi: { allowedOrigins: ['http://127.0.0.1:19100', 'http://localhost:19100'] },
  });
  expect(JSON.stringify(await look())).not.toContain(kept.token?.reveal());
  const before = bench.acts.length;
  await runAll(steps);
  expect(bench.acts).toHaveLength(before);
});

test('another image is another container over the same volumes; other limits are set while it runs', async () => {
  const berth = berthIn(await seatOf());
  await runAll(stepsOf(berth));
  const { id, volumes } = await look();
  const more = { memoryBytes: 3 * 1024 ** 3, cpus: 1 };
  expect(await bench.run(containerLimitsStep(berth, more))).toMatchObject({ is: 'satisfied' });
  expect(await look()).toMatchObject({ id, ...more });
  await runAll(stepsOf(berth, IMAGE, more));
  expect((await look()).id).toBe(id);
  const newer = stepsOf(berth, 'hardshell/openclaw:2', more);
  expect(await bench.check(newer[2] as Step)).toMatchObject({ is: 'needed', severity: 'restart' });
  await runAll(newer);
  const made = await look();
  expect(made.id).not.toBe(id);
  expect(made).toMatchObject({ volumes, hostname: layout.hostname, state: 'running' });
});

test('removed by hand, it is made again with the name that its data knows', async () => {
  const berth = berthIn(await seatOf());
  await runAll(stepsOf(berth));
  const token = kept.token?.reveal();
  await engine.containers.remove(layout.container);
  await runAll(stepsOf(berth));
  expect((await look()).hostname).toBe(layout.hostname);
  expect(kept.token?.reveal()).toBe(token);
});

test('a port that was taken in the last moment is passed over, and the page may come from the new one', async () => {
  engine.state.foreignPorts.add(19_100).add(19_101);
  const berth = berthIn(await seatOf());
  await runAll(stepsOf(berth));
  expect(berth.seat.port).toBe(19_102);
  expect((await look()).ports).toMatchObject([{ port: 19_102 }]);
  expect((await readConfig()).gateway.controlUi.allowedOrigins).toContain('http://127.0.0.1:19102');
});

test('a port that people know is never given up', async () => {
  engine.state.foreignPorts.add(19_100);
  const berth = berthIn(await seatOf({ isPortSettled: true }));
  const steps = stepsOf(berth);
  await runAll(steps.slice(0, -1));
  expect(await failure(bench.run(steps.at(-1) as Step))).toMatchObject({ code: 'engine.port-taken' });
  expect(berth.seat.port).toBe(19_100);
});

test('a range that was taken in the last moment is passed over', async () => {
  const berth = berthIn(await seatOf());
  const labels = {};
  await engine.networks.create({ name: 'theirs', labels, subnet: '10.213.0.0/24', gateway: '10.213.0.1' });
  await runAll(stepsOf(berth));
  expect(berth.seat.subnet.subnet).toBe('10.213.1.0/28');
  expect((await look()).networks[layout.network]?.address).toBe('10.213.1.2');
});

test('an engine that goes away while it makes the container: the next run finds what is there', async () => {
  const berth = berthIn(await seatOf());
  const steps = stepsOf(berth);
  await runAll(steps.slice(0, 2));
  engine.failNext('containers.create', new AppError('engine.unreachable'), 'after');
  expect(await failure(bench.run(steps[2] as Step))).toMatchObject({ code: 'engine.unreachable' });
  await runAll(stepsOf(berth));
  expect(await engine.containers.list({})).toHaveLength(1);
});

test('what others have made under our names is left alone', async () => {
  await engine.networks.create({ name: layout.network, labels: {}, subnet: '10.9.0.0/24', gateway: '10.9.0.1' });
  const berth = berthIn(await seatOf());
  expect(await failure(bench.check(networkStep(berth)))).toMatchObject({ code: 'engine.conflict' });
  expect(await failure(bench.check(absentNetworkStep(berth)))).toMatchObject({ code: 'engine.conflict' });
});

test('suspended: marked and stopped, the engine does not start it; resume takes exactly that back', async () => {
  const berth = berthIn(await seatOf());
  await runAll(stepsOf(berth));
  const suspension = { at: '2026-11-21T12:00:00.000Z', by: 'guard' as const, because: 'CPU above 90 % for 5 min' };
  await engine.containers.pause(layout.container);
  await runAll([suspensionMarkStep(berth, suspension), containerStoppedStep(berth)]);
  expect(await look()).toMatchObject({ state: 'exited', restart: 'no' });
  const mark = await engine.containers.readFile(layout.container, layout.suspendedMark);
  expect(JSON.parse(String(mark))).toEqual(suspension);
  engine.restartEngine();
  expect((await look()).state).toBe('exited');

  await runAll([suspensionLiftedStep(berth), containerRunningStep(berth, [])]);
  expect(await look()).toMatchObject({ state: 'running', restart: 'unless-stopped' });
  expect(String(await engine.containers.readFile(layout.container, layout.suspendedMark))).toBe('');
});

test('removed: container and network always, the data only when that is asked for', async () => {
  const berth = berthIn(await seatOf());
  await runAll(stepsOf(berth));
  await runAll([absentContainerStep(berth), absentNetworkStep(berth), volumesGoneStep(berth, false)]);
  expect(await engine.containers.list({})).toEqual([]);
  expect(await engine.networks.find(layout.network)).toBeUndefined();
  expect(await engine.volumes.find(layout.stateVolume)).toBeDefined();
  expect(await bench.check(volumesGoneStep(berth, true))).toMatchObject({ is: 'needed', severity: 'data-loss' });
  await runAll([volumesGoneStep(berth, true)]);
  expect(await engine.volumes.find(layout.stateVolume)).toBeUndefined();
});

test('a volume that an engine left half made is made again; one that holds something is somebody else’s', async () => {
  const berth = berthIn(await seatOf());
  const step = volumesStep(berth);
  await engine.volumes.create(layout.stateVolume, {});
  expect(await bench.check(step)).toMatchObject({
    is: 'needed',
    because: expect.stringContaining('half made') as string,
  });
  await runAll([step]);
  expect(await engine.volumes.find(layout.stateVolume)).toEqual({ name: layout.stateVolume, labels: berth.labels });

  await engine.volumes.remove(layout.stateVolume);
  await engine.volumes.create(layout.stateVolume, {});
  await runAll([containerStep(berth, { readImage: () => IMAGE, limits })]);
  const content = Buffer.from('theirs');
  await engine.containers.putFiles(layout.container, layout.stateDir, [
    { path: 'kept', mode: 0o600, uid: 0, gid: 0, content },
  ]);
  expect(await failure(bench.check(step))).toMatchObject({ code: 'engine.conflict' });
  expect(await failure(bench.run(step))).toMatchObject({ code: 'engine.conflict' });
});

test('two that choose at once sit in different places, and a place that is given up is free again', async () => {
  const book = createSeatBook();
  const [one, two] = await Promise.all([seatOf({ book }), seatOf({ book })]);
  expect(one.port).not.toBe(two.port);
  expect(one.subnet.subnet).not.toBe(two.subnet.subnet);
  await one[Symbol.asyncDispose]();
  const three = await seatOf({ book });
  expect([three.port, three.subnet.subnet]).toEqual([one.port, one.subnet.subnet]);
});
