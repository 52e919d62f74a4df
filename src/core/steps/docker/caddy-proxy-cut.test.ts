import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStepBench, failure, type StepBench } from '../../../../test/lab/step-bench.ts';
import { AppError } from '../../../shared/app-error.ts';
import { installationIdSchema, instanceIdSchema } from '../../../shared/model/ids.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import { FakeEngine } from '../../container-engine/fake/fake-engine.ts';
import type { Host } from '../../host/host.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import { CADDY_DIR, CADDYFILE } from '../../ingress/caddy-layout.ts';
import { PROXY } from '../../ingress/docker-proxy.ts';
import { layoutContainer } from '../../openclaw/container-layout.ts';
import { labelInstance } from '../../openclaw/container-spec.ts';
import { describeSubnet, gatewayOf } from '../../openclaw/subnet-choice.ts';
import { proxyGoneStep, proxyStep, type ProxyWish } from './caddy-proxy.ts';
import { closeContainerRoute, proxyConnectedStep, proxyDisconnectedStep } from './caddy-site.ts';
import type { Berth } from './seat.ts';

const [OLD, NEW] = ['caddy:2.11', 'caddy:next'];
const { signal } = new AbortController();
const cut = new AppError('host.connection-lost');

let host: Host;
let engine: FakeEngine;
let bench: StepBench;
let alpha: Berth;
let beta: Berth;
beforeEach(async () => {
  host = await openLocalHost();
  engine = new FakeEngine({ images: [OLD, NEW] });
  bench = createStepBench(host);
  alpha = await berthOf('i-00112233445566aa', 'alpha', '10.213.0.0/28');
  beta = await berthOf('i-99112233445566aa', 'beta', '10.213.0.16/28');
});
afterEach(() => host[Symbol.asyncDispose]());

const proxyOf = (image: string, there: ContainerEngine = engine): ProxyWish => ({
  engine: { open: () => Promise.resolve(there), find: () => Promise.resolve(there) },
  image,
  readTaken: async () => (await engine.networks.list()).flatMap(({ subnets }) => subnets),
});
async function berthOf(id: string, name: string, cidr: string): Promise<Berth> {
  const layout = layoutContainer({ id: instanceIdSchema.parse(id), name });
  await engine.networks.create({ name: layout.network, labels: {}, subnet: cidr, gateway: gatewayOf(cidr) });
  const refuse = (): Promise<never> => Promise.reject(new Error('It stays where it is.'));
  return {
    layout,
    engine: proxyOf(OLD).engine,
    labels: labelInstance({ id: instanceIdSchema.parse(id), name }, installationIdSchema.parse('h-0011223344556677')),
    seat: { port: 19_100, subnet: describeSubnet(cidr), keep: refuse, movePort: refuse, moveSubnet: refuse },
  };
}
const look = () => engine.containers.find(PROXY);
const served = async (): Promise<string[]> =>
  Object.entries((await look())?.networks ?? {})
    .filter(([name]) => name !== PROXY)
    .map(([, { address }]) => address)
    .sort();
const readFile = async (path: string): Promise<string> =>
  (await engine.containers.readFile(PROXY, path))?.toString() ?? '';

/** A proxy that serves both. */
async function serveBoth(): Promise<void> {
  await bench.run(proxyStep(proxyOf(OLD)));
  await bench.run(proxyConnectedStep(alpha));
  await bench.run(proxyConnectedStep(beta));
}

describe('a proxy that was made halfway', () => {
  it('does not start before its configuration is there', async () => {
    engine.failNext('containers.putFiles', cut);
    expect(await failure(bench.run(proxyStep(proxyOf(OLD))))).toBe(cut);
    expect((await look())?.state).toBe('created');
    await bench.run(proxyStep(proxyOf(OLD)));
    expect((await look())?.state).toBe('running');
    expect(await readFile(CADDYFILE)).toContain(`import ${CADDY_DIR}/*.caddy`);
  });

  it.each([
    ['after the former one is gone', 'containers.create', 'before'],
    ['when it is there', 'containers.create', 'after'],
    ['before it is in the first network', 'networks.connect', 'before'],
    ['when it is in the first network', 'networks.connect', 'after'],
    ['before it starts', 'containers.start', 'before'],
  ] as const)('serves whom the former one served, cut %s', async (_when, call, moment) => {
    await serveBoth();
    engine.failNext(call, cut, moment);
    expect(await failure(bench.run(proxyStep(proxyOf(NEW))))).toBe(cut);
    await bench.run(proxyStep(proxyOf(NEW)));
    expect(await look()).toMatchObject({ image: NEW, state: 'running' });
    expect(await served()).toEqual(['10.213.0.19', '10.213.0.3']);
  });

  it('serves nobody whose way was closed meanwhile, or who is gone', async () => {
    await serveBoth();
    engine.failNext('networks.connect', cut);
    await failure(bench.run(proxyStep(proxyOf(NEW))));
    expect(await bench.check(proxyGoneStep(proxyOf(NEW), alpha.layout.network))).toMatchObject({
      because: 'other instances use it',
    });
    expect(await bench.run(proxyDisconnectedStep(alpha))).toMatchObject({ because: 'no proxy reaches it' });
    await bench.run(proxyStep(proxyOf(NEW)));
    expect(await served()).toEqual(['10.213.0.19']);

    engine.failNext('networks.connect', cut);
    await failure(bench.run(proxyStep(proxyOf(OLD))));
    await closeContainerRoute(engine, beta.layout, signal);
    await engine.networks.remove(beta.layout.network);
    await bench.run(proxyStep(proxyOf(OLD)));
    expect(await served()).toEqual([]);
  });

  it('joins nobody again once it has begun', async () => {
    await serveBoth();
    await bench.run(proxyStep(proxyOf(NEW)));
    await bench.run(proxyDisconnectedStep(alpha));
    await engine.containers.stop(PROXY, 1);
    await bench.run(proxyStep(proxyOf(NEW)));
    expect(await served()).toEqual(['10.213.0.19']);
  });
});

describe('of two who make it anew at once', () => {
  it.each(['putFiles', 'stop'] as const)('the second takes what the first has made (%s)', async (call) => {
    await serveBoth();
    let first: string | undefined;
    // It has seen the former one, and comes to end it when the first is done.
    const beforeIt = async (): Promise<void> => {
      if (first !== undefined) return;
      await bench.run(proxyStep(proxyOf(NEW)));
      first = (await look())?.id;
    };
    const { containers } = engine;
    const hurried: Partial<ContainerEngine['containers']> = {
      putFiles: async (...asked) => beforeIt().then(() => containers.putFiles(...asked)),
      stop: async (...asked) => beforeIt().then(() => containers.stop(...asked)),
    };
    const late = Object.create(engine, {
      containers: { value: { ...containers, [call]: hurried[call] } },
    }) as ContainerEngine;
    await bench.run(proxyStep(proxyOf(NEW, late)));
    expect(first).toBeDefined();
    expect(await look()).toMatchObject({ id: first, state: 'running' });
    expect(await served()).toEqual(['10.213.0.19', '10.213.0.3']);
  });
});
