import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { openFakeGateway, type FakeGateway, type FakeGatewayOptions } from './fake/fake-gateway.ts';
import { dialer, gatewayContract, testIdentity } from './gateway-client.contract.ts';
import { openGatewayClient, type GatewayClient, type GatewayClientOptions } from './gateway-client.ts';

const TOKEN = 'the-token';
const health = { ok: true, channels: {}, plugins: { errors: [] } };

describe('the fake gateway', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await openFakeGateway({ token: TOKEN, methods: { health: () => health } });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());
  gatewayContract(() => ({ port: gateway.port, token: new Secret(TOKEN) }));
});

describe('openGatewayClient', () => {
  const open = (port: number, options: Partial<GatewayClientOptions> = {}): Promise<GatewayClient> =>
    openGatewayClient({
      connect: dialer(port).connect,
      port,
      token: new Secret(TOKEN),
      client: testIdentity,
      ...options,
    });
  const fake = (options: Partial<FakeGatewayOptions> = {}): Promise<FakeGateway> =>
    openFakeGateway({ token: TOKEN, methods: { health: () => health, never: () => undefined }, ...options });

  it('is a program: no device, no Origin', async () => {
    await using gateway = await fake();
    await using client = await open(gateway.port);
    expect(client.closed.aborted).toBe(false);
    expect(gateway.connects).toMatchObject([
      {
        origin: undefined,
        params: { minProtocol: 4, maxProtocol: 4, role: 'operator', client: { id: 'gateway-client' } },
      },
    ]);
    expect(gateway.connects[0]?.params).not.toHaveProperty('device');
  });

  it('works over any byte stream, as a channel of an SSH connection is one', async () => {
    await using gateway = await fake();
    const socket = await dialer(gateway.port).connect();
    const stream = Duplex.from({ readable: socket, writable: socket });
    await using client = await open(gateway.port, { connect: () => Promise.resolve(stream) });
    await expect(client.call('health')).resolves.toEqual(health);
  });

  it('waits while the gateway is starting', async () => {
    await using gateway = await fake({ startingFor: 2 });
    await using client = await open(gateway.port);
    expect(client.hello.server.version).toBe('2026.9.6');
    expect(gateway.connects).toHaveLength(3);
  });

  it('says that the gateway is still starting when time is up', async () => {
    await using gateway = await fake({ startingFor: 1_000_000 });
    const line = dialer(gateway.port);
    await expect(open(gateway.port, { connect: line.connect, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'gateway.unreachable',
    });
    expect(line.streams.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('takes a connection without rights for none', async () => {
    await using gateway = await fake({ scopes: [] });
    await expect(open(gateway.port)).rejects.toMatchObject({ code: 'gateway.auth', details: { scopes: [] } });
  });

  it('gives a call its own deadline, and goes on', async () => {
    await using gateway = await fake();
    await using client = await open(gateway.port);
    await expect(client.call('never', {}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'gateway.unreachable',
      message: 'The gateway did not answer never within 0.05 s.',
    });
    await expect(client.call('health')).resolves.toEqual(health);
  });

  it('ends a call with the reason of who cancels it', async () => {
    await using gateway = await fake();
    await using client = await open(gateway.port);
    const cancel = new AbortController();
    const pending = client.call('never', {}, { signal: cancel.signal });
    cancel.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });

  it('fails every open call when the connection breaks', async () => {
    await using gateway = await fake();
    await using client = await open(gateway.port);
    const pending = Promise.allSettled([client.call('never'), client.call('never')]);
    gateway.drop();
    for (const outcome of await pending) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'gateway.unreachable' } });
    }
    expect(client.closed.reason).toBeInstanceOf(AppError);
  });

  it('notices a gateway that has fallen silent', async () => {
    await using gateway = await fake({ tickIntervalMs: 40 });
    await using client = await open(gateway.port);
    await expect(client.call('never')).rejects.toMatchObject({ message: 'Nothing came from the gateway for 0.08 s.' });
  });

  it('takes any sign of life', async () => {
    // Silence is two of these: longer than a busy machine stands still.
    await using gateway = await fake({ tickIntervalMs: 1000 });
    await using client = await open(gateway.port);
    const ticks = setInterval(() => {
      gateway.send({ type: 'event', event: 'tick', payload: {} });
    }, 50);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    clearInterval(ticks);
    expect(client.closed.aborted).toBe(false);
  });

  it('passes events to who listens, as long as they listen', async () => {
    await using gateway = await fake();
    await using client = await open(gateway.port);
    const heard: unknown[] = [];
    const listening = client.onEvent(({ event, payload }) => heard.push([event, payload]));
    gateway.send({ type: 'event', event: 'health', payload: { ok: true }, seq: 1 });
    await client.call('health');
    listening[Symbol.dispose]();
    gateway.send({ type: 'event', event: 'health', payload: { ok: false }, seq: 2 });
    await client.call('health');
    expect(heard).toEqual([['health', { ok: true }]]);
  });

  it('lets go of one that does not speak its language', async () => {
    await using gateway = await fake();
    await using client = await open(gateway.port);
    gateway.send('not json');
    await expect(client.call('never')).rejects.toMatchObject({ code: 'gateway.unreachable' });
  });
});

describe('what is no gateway', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });
  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const open = (port: number, options: Partial<GatewayClientOptions> = {}): Promise<GatewayClient> =>
    openGatewayClient({
      connect: dialer(port).connect,
      port,
      token: new Secret(TOKEN),
      client: testIdentity,
      ...options,
    });

  it('a web server', async () => {
    const port = await listen(
      createHttpServer((_request, response) => response.writeHead(403).end('proxy_attribution_required')),
    );
    await expect(open(port)).rejects.toMatchObject({ code: 'gateway.unreachable', details: { status: 403 } });
  });

  it('a server that says nothing', async () => {
    const port = await listen(createServer());
    await expect(open(port, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'gateway.unreachable' });
  });

  it('a server that hangs up', async () => {
    const port = await listen(createServer((socket) => socket.destroy()));
    await expect(open(port)).rejects.toMatchObject({ code: 'gateway.unreachable' });
  });

  it('a closed port, as a host reports it', async () => {
    const connect = (): Promise<never> => Promise.reject(new AppError('host.port-closed'));
    await expect(open(1, { connect })).rejects.toMatchObject({ code: 'gateway.unreachable' });
  });

  it('a lost host: its error stays what it is', async () => {
    const connect = (): Promise<never> => Promise.reject(new AppError('host.connection-lost'));
    await expect(open(1, { connect })).rejects.toMatchObject({ code: 'host.connection-lost' });
  });

  it('ends with the reason of who cancels', async () => {
    const port = await listen(createServer());
    const cancel = new AbortController();
    const pending = open(port, { signal: cancel.signal });
    setTimeout(() => {
      cancel.abort(new AppError('run.cancelled'));
    }, 30);
    await expect(pending).rejects.toMatchObject({ code: 'run.cancelled' });
  });
});
