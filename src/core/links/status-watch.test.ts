import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { anInstance } from '../../../test/cli/samples.ts';
import { Secret } from '../../shared/secret.ts';
import type { InstanceStatus } from '../api-link.ts';
import { createFakeHost, type FakeHost } from '../host/fake/fake-host.ts';
import { openFakeGateway, type FakeGateway } from '../openclaw/fake/fake-gateway.ts';
import type { GatewayLook } from '../places/gateway-look.ts';
import type { LinkEnd } from './link-end.ts';
import { StatusWatch } from './status-watch.ts';
import { Way } from './way.ts';

const TOKEN = 'the token of the gateway';
const HEALTH = { ok: true, channels: { telegram: { configured: true, connected: true } } };
const RUNS: GatewayLook = { down: undefined, version: '2026.9.6', isYoung: false };

const instance = anInstance({ name: 'one', target: { kind: 'local' }, token: undefined });

const notAsked = (): Promise<never> => Promise.reject(new Error('A status needs none of this.'));

describe('a status watch', () => {
  let gateway: FakeGateway;
  let hosts: FakeHost[];
  let way: Way<LinkEnd>;
  let look: () => GatewayLook;
  let looks: number;
  let healths: number;
  let told: InstanceStatus[];
  let machineChanged: () => void;
  let watch: StatusWatch;
  let token: Secret | undefined;

  beforeEach(async () => {
    gateway = await openFakeGateway({
      token: TOKEN,
      methods: {
        health: () => {
          healths += 1;
          return HEALTH;
        },
      },
    });
    [hosts, told, looks, healths, look, token] = [[], [], 0, 0, () => RUNS, new Secret(TOKEN)];
    way = new Way<LinkEnd>({ open: () => Promise.resolve(createEnd()), retryAfterMs: [10] });
  });
  afterEach(async () => {
    await watch[Symbol.asyncDispose]();
    await way[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
  });

  function createEnd(): LinkEnd {
    const host = createFakeHost();
    hosts.push(host);
    host.listen({ port: instance.port }, (stream) => {
      const socket = connect(gateway.port, '127.0.0.1');
      for (const one of [stream, socket]) one.on('error', () => undefined);
      stream.pipe(socket).pipe(stream);
      stream.once('close', () => socket.destroy());
      socket.once('close', () => stream.destroy());
    });
    return {
      host,
      look: () => {
        looks += 1;
        return Promise.resolve(look());
      },
      watchGateway: (onChange) => {
        machineChanged = onChange;
        return Promise.resolve();
      },
      readMetrics: notAsked,
      watchUsage: notAsked,
      openShell: notAsked,
      logFeeds: () => [],
      askHandOff: notAsked,
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    };
  }
  const start = (): void => {
    watch = new StatusWatch({
      way,
      instance: () => instance,
      readToken: () => Promise.resolve(token),
      client: { version: '0.0.0', platform: 'linux' },
      tell: (status) => told.push(status),
    });
  };
  const last = (): InstanceStatus | undefined => told.at(-1);

  it('tells what the gateway says, over one connection, without asking again', async () => {
    start();
    await expect.poll(last).toMatchObject({ instance, state: 'running', version: '2026.9.6' });
    expect(last()?.because).toContain('telegram connected');
    gateway.send({ type: 'event', event: 'health', payload: 'of another kind' });
    gateway.send({ type: 'event', event: 'health', payload: { ok: true, channels: {} } });
    await expect.poll(() => last()?.because).not.toContain('telegram');
    await sleep(100);
    expect([looks, healths, gateway.connects.length]).toEqual([1, 1, 1]);
  });

  it('tells of a restart at once, and connects again', async () => {
    start();
    await expect.poll(last).toMatchObject({ state: 'running' });
    gateway.send({ type: 'event', event: 'shutdown', payload: { reason: 'restart', restartExpectedMs: 1500 } });
    await expect.poll(last).toMatchObject({ state: 'starting', because: 'the gateway is restarting' });
    gateway.drop();
    await expect.poll(last).toMatchObject({ state: 'running' });
    expect(gateway.connects).toHaveLength(2);
  });

  it('asks the machine when the gateway goes away, and looks again when somebody says so', async () => {
    start();
    await expect.poll(last).toMatchObject({ state: 'running' });
    look = () => ({ ...RUNS, down: { state: 'stopped', because: 'the service is stopped' } });
    gateway.drop();
    await expect.poll(last).toMatchObject({ state: 'stopped', because: 'the service is stopped', version: '2026.9.6' });
    look = () => RUNS;
    const before = looks;
    watch.wake();
    // sooner than by itself; what the gateway then says takes as long as it takes
    await expect.poll(() => looks, { timeout: 900, interval: 5 }).toBeGreaterThan(before);
    await expect.poll(last).toMatchObject({ state: 'running' });
    look = () => ({ ...RUNS, down: { state: 'failed', because: 'it gave up' } });
    machineChanged();
    await expect.poll(last).toMatchObject({ state: 'failed' });
  });

  it('tells when the way to the machine breaks, and goes on when it is back', async () => {
    start();
    await expect.poll(last).toMatchObject({ state: 'running' });
    hosts[0]?.lose();
    await expect.poll(() => told.map(({ state }) => state)).toContain('unreachable');
    await expect.poll(last).toMatchObject({ state: 'running' });
    expect(hosts).toHaveLength(2);
  });

  it('does not know a gateway without its token, or with a wrong one', async () => {
    token = undefined;
    start();
    await expect.poll(last).toMatchObject({ state: 'unreachable', error: { code: 'secrets.missing' } });
    token = new Secret('a wrong one');
    watch.wake();
    await expect.poll(last).toMatchObject({ state: 'unreachable', error: { code: 'gateway.auth' } });
  });

  it('is silent once disposed, and lets go of everything', async () => {
    start();
    await expect.poll(last).toMatchObject({ state: 'running' });
    await watch[Symbol.asyncDispose]();
    const { length } = told;
    gateway.send({ type: 'event', event: 'health', payload: HEALTH });
    hosts[0]?.lose();
    await sleep(50);
    expect(told).toHaveLength(length);
    expect(hosts).toHaveLength(1);
  });
});
