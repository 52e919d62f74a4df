import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStepBench, failure, type StepBench } from '../../../../test/lab/step-bench.ts';
import { installationIdSchema, instanceIdSchema } from '../../../shared/model/ids.ts';
import { FakeEngine, type FakeOutcome } from '../../container-engine/fake/fake-engine.ts';
import type { Host } from '../../host/host.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import { CADDY_DIR } from '../../ingress/caddy-layout.ts';
import {
  buildProxySpec,
  DATA_VOLUME,
  PROXY,
  PROXY_NETWORK,
  SITES_VOLUME,
  SWAP_SITE,
} from '../../ingress/docker-proxy.ts';
import { layoutContainer } from '../../openclaw/container-layout.ts';
import { labelInstance } from '../../openclaw/container-spec.ts';
import { describeSubnet, gatewayOf } from '../../openclaw/subnet-choice.ts';
import { proxyGoneStep, proxyImageStep, proxyStep, type ProxyWish } from './caddy-proxy.ts';
import { closeContainerRoute, containerSiteStep, proxyConnectedStep, proxyDisconnectedStep } from './caddy-site.ts';
import type { Berth } from './seat.ts';

const IMAGE = 'caddy:2.11';
const { signal } = new AbortController();
const mine = { id: instanceIdSchema.parse('i-00112233445566aa'), name: 'alpha' };
const other = { id: instanceIdSchema.parse('i-99112233445566aa'), name: 'beta' };
const ingress = { access: { mode: 'domain', host: 'alpha.example.com' }, limits: {} } as const;
const wanted = { ingress, host: 'alpha.example.com' };

let host: Host;
let engine: FakeEngine;
let bench: StepBench;
let version: string;
let swap: () => FakeOutcome;
beforeEach(async () => {
  host = await openLocalHost();
  version = 'v2.11.4 h1:x';
  swap = () => ({});
  engine = new FakeEngine({
    images: [IMAGE, 'caddy:next'],
    async exec({ argv }) {
      if (argv[2] !== SWAP_SITE) return { stdout: `version=${version}\nend=yes\n` };
      const outcome = swap();
      // What the script does with the files, where Caddy likes them.
      const own = argv[4] ?? '';
      const text = await engine.containers.readFile(PROXY, `${own}.caddy.new`);
      if ((outcome.code ?? 0) === 0 && text !== undefined) {
        const path = `${own.slice(CADDY_DIR.length + 1)}.caddy`;
        await engine.containers.putFiles(PROXY, CADDY_DIR, [{ path, mode: 0o600, uid: 0, gid: 0, content: text }]);
      }
      return outcome;
    },
  });
  bench = createStepBench(host);
});
afterEach(() => host[Symbol.asyncDispose]());

const access = { open: () => Promise.resolve(engine), find: () => Promise.resolve(engine) };
const wish = (image = IMAGE): ProxyWish => ({
  engine: access,
  image,
  readTaken: async () => (await engine.networks.list()).flatMap(({ subnets }) => subnets),
});
async function berthOf(instance: typeof mine, cidr: string): Promise<Berth> {
  const layout = layoutContainer(instance);
  await engine.networks.create({ name: layout.network, labels: {}, subnet: cidr, gateway: gatewayOf(cidr) });
  const refuse = (): Promise<never> => Promise.reject(new Error('It stays where it is.'));
  return {
    layout,
    engine: access,
    labels: labelInstance(instance, installationIdSchema.parse('h-0011223344556677')),
    seat: { port: 19_100, subnet: describeSubnet(cidr), keep: refuse, movePort: refuse, moveSubnet: refuse },
  };
}
const addressIn = async (network: string): Promise<string | undefined> =>
  (await engine.containers.find(PROXY))?.networks[network]?.address;

describe('the proxy', () => {
  it('is made once, with its volumes and a network of its own', async () => {
    expect(await bench.run(proxyImageStep(wish()))).toMatchObject({ is: 'satisfied' });
    expect(await bench.run(proxyStep(wish()))).toMatchObject({ is: 'satisfied', because: 'the proxy runs' });
    const look = await engine.containers.find(PROXY);
    expect(look).toMatchObject({ state: 'running', volumes: { '/data': DATA_VOLUME, '/etc/caddy': SITES_VOLUME } });
    expect(look?.ports.map(({ address, port }) => `${address}:${String(port)}`).sort()).toEqual([
      '0.0.0.0:443',
      '0.0.0.0:80',
    ]);
    const file = await engine.containers.readFile(PROXY, '/etc/caddy/Caddyfile');
    expect(file?.toString()).toContain(`import ${CADDY_DIR}/*.caddy`);
    const acts = bench.acts.length;
    await bench.run(proxyStep(wish()));
    expect(bench.acts).toHaveLength(acts);
  });

  it('has a network that sorts before those of instances: else its ports would move when one comes', () => {
    expect([layoutContainer(mine).network, PROXY_NETWORK].sort()[0]).toBe(PROXY_NETWORK);
  });

  it('says so where somebody else holds its ports', async () => {
    const spec = { ...buildProxySpec(IMAGE, '10.9.0.3'), name: 'nginx', labels: {}, volumes: {} };
    await engine.networks.create({ name: PROXY_NETWORK, labels: {}, subnet: '10.9.0.0/28', gateway: '10.9.0.1' });
    await engine.containers.create({ ...spec, network: { ...spec.network, address: '10.9.0.4' } });
    await engine.containers.start('nginx');
    expect(await failure(bench.run(proxyStep(wish())))).toMatchObject({ code: 'ingress.port-busy' });
  });

  it('is not taken for a container of that name which is not ours', async () => {
    await engine.networks.create({ name: PROXY_NETWORK, labels: {}, subnet: '10.9.0.0/28', gateway: '10.9.0.1' });
    await engine.containers.create({ ...buildProxySpec(IMAGE, '10.9.0.3'), labels: {} });
    expect(await failure(bench.check(proxyStep(wish())))).toMatchObject({ code: 'engine.conflict' });
    expect(await bench.check(proxyGoneStep(wish(), 'x'))).toMatchObject({ is: 'satisfied' });
  });

  it('is made anew with another image, and serves whom it served', async () => {
    await bench.run(proxyStep(wish()));
    const berth = await berthOf(mine, '10.213.0.0/28');
    await bench.run(proxyConnectedStep(berth));
    expect(await bench.check(proxyStep(wish('caddy:next')))).toMatchObject({ severity: 'restart' });
    await bench.run(proxyStep(wish('caddy:next')));
    expect((await engine.containers.find(PROXY))?.image).toBe('caddy:next');
    expect(await addressIn(berth.layout.network)).toBe('10.213.0.3');
  });

  it('goes with the last that it serves; certificates stay', async () => {
    await bench.run(proxyStep(wish()));
    const [a, b] = [await berthOf(mine, '10.213.0.0/28'), await berthOf(other, '10.213.0.16/28')];
    await bench.run(proxyConnectedStep(a));
    await bench.run(proxyConnectedStep(b));
    await bench.run(proxyDisconnectedStep(a));
    expect(await bench.run(proxyGoneStep(wish(), a.layout.network))).toMatchObject({
      because: 'other instances use it',
    });
    await bench.run(proxyDisconnectedStep(b));
    expect(await bench.run(proxyGoneStep(wish(), b.layout.network))).toMatchObject({ because: 'there is no proxy' });
    expect(await engine.volumes.find(SITES_VOLUME)).toBeUndefined();
    expect(await engine.volumes.find(DATA_VOLUME)).toBeDefined();
    expect(await engine.networks.find(PROXY_NETWORK)).toBeUndefined();
  });
});

describe('the way to one instance', () => {
  it('is opened at the address that it believes, and closed at once', async () => {
    const berth = await berthOf(mine, '10.213.0.0/28');
    expect(await bench.check(proxyConnectedStep(berth))).toMatchObject({ because: 'no proxy reaches it' });
    await bench.run(proxyStep(wish()));
    await engine.networks.connect(berth.layout.network, PROXY, '10.213.0.9');
    await bench.run(proxyConnectedStep(berth));
    expect(await addressIn(berth.layout.network)).toBe('10.213.0.3');
    await closeContainerRoute(engine, berth.layout, signal);
    await closeContainerRoute(engine, berth.layout, signal);
    expect(await addressIn(berth.layout.network)).toBeUndefined();
  });
});

describe('a site', () => {
  it('is served once its file is there', async () => {
    const berth = await berthOf(mine, '10.213.0.0/28');
    const step = containerSiteStep(berth, mine, wanted);
    expect(await bench.check(step)).toMatchObject({ because: 'no proxy serves it yet' });
    await bench.run(proxyStep(wish()));
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied', because: 'the proxy serves it' });
    const text = await engine.containers.readFile(PROXY, `${CADDY_DIR}/alpha-00112233.caddy`);
    expect(text?.toString()).toContain('reverse_proxy 10.213.0.2:18789 {');
  });

  it('that Caddy refuses is told in its words; one that is too old is not asked', async () => {
    const berth = await berthOf(mine, '10.213.0.0/28');
    await bench.run(proxyStep(wish()));
    const step = containerSiteStep(berth, mine, wanted);
    swap = () => ({ code: 67, stderr: 'Error: ambiguous site definition\n' });
    expect(await failure(bench.run(step))).toMatchObject({
      code: 'ingress.caddy-config',
      details: { caddy: ['Error: ambiguous site definition'] },
    });
    version = '2.6.2';
    expect(await failure(bench.check(step))).toMatchObject({ code: 'ingress.caddy-old' });
  });
});
