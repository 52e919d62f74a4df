import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import { Secret } from '../../shared/secret.ts';
import { openFakeGateway, type FakeGateway } from '../openclaw/fake/fake-gateway.ts';
import { openGatewayClient } from '../openclaw/gateway-client.ts';
import { createFakeHost } from '../host/fake/fake-host.ts';
import type { LinkEnd } from './link-end.ts';
import { GatewayDesk } from './gateway-desk.ts';
import { Way } from './way.ts';

const TOKEN = 'the token of the gateway';

describe('what is asked of a gateway now and then', () => {
  let gateway: FakeGateway;
  let way: Way<LinkEnd>;
  let desk: GatewayDesk;
  let openings: number;
  let refusal: Error | undefined;
  let asked: number;

  beforeEach(async () => {
    gateway = await openFakeGateway({
      token: TOKEN,
      methods: {
        'config.get': (params) => ({ params }),
        // Lets go of everybody while it is asked for the first time, as a gateway does whose tokens change.
        'device.pair.list': () => {
          asked += 1;
          if (asked > 1) return { asked };
          gateway.drop();
          return undefined;
        },
      },
    });
    asked = 0;
    [openings, refusal] = [0, undefined];
    way = new Way<LinkEnd>({ open: () => Promise.resolve(createEnd()), lingerMs: 0 });
    desk = createDesk();
  });
  afterEach(async () => {
    await desk[Symbol.asyncDispose]();
    await way[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
  });

  // Of an end the desk uses the host alone.
  const createEnd = (): LinkEnd =>
    ({ host: createFakeHost(), [Symbol.asyncDispose]: () => Promise.resolve() }) as unknown as LinkEnd;
  const createDesk = (idleMs?: number): GatewayDesk =>
    new GatewayDesk({
      way,
      ...(idleMs === undefined ? {} : { idleMs }),
      open: (_end, signal) => {
        openings += 1;
        if (refusal !== undefined) return Promise.reject(refusal);
        return openGatewayClient({
          connect: () => Promise.resolve(connect(gateway.port, '127.0.0.1')),
          port: gateway.port,
          token: new Secret(TOKEN),
          client: { version: '1.0.0', platform: 'linux' },
          signal,
        });
      },
    });

  it('goes over one connection, also when many ask at once', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => desk.call('config.get', { n })));
    expect(answers).toEqual([1, 2, 3].map((n) => ({ params: { n } })));
    expect(await desk.call('config.get', { n: 4 })).toEqual({ params: { n: 4 } });
    expect(openings).toBe(1);
  });

  it('lets go of the connection and of the way when nobody asks any more, and comes back', async () => {
    await desk[Symbol.asyncDispose]();
    desk = createDesk(20);
    await desk.call('config.get');
    await expect.poll(() => way.state.is).toBe('closed');
    await desk.call('config.get');
    expect(openings).toBe(2);
  });

  it('connects again when the gateway has gone meanwhile', async () => {
    await desk.call('config.get');
    gateway.drop();
    await expect.poll(() => desk.call('config.get').catch(() => undefined)).toEqual({ params: {} });
    expect(openings).toBeGreaterThan(1);
  });

  it('asks once more where the connection breaks under a question, and never under what may have changed something', async () => {
    await expect(desk.call('device.pair.list')).rejects.toMatchObject({ code: 'gateway.unreachable' });
    await desk[Symbol.asyncDispose]();
    [desk, asked] = [createDesk(), 0];
    expect(await desk.call('device.pair.list', {}, { isQuestion: true })).toEqual({ asked: 2 });
  });

  it('says why it cannot, and tries again when it is asked again', async () => {
    refusal = new Error('no way in');
    await expect(desk.call('config.get')).rejects.toBe(refusal);
    refusal = undefined;
    expect(await desk.call('config.get')).toEqual({ params: {} });
  });

  it('answers nobody once it is closed', async () => {
    await desk[Symbol.asyncDispose]();
    await expect(desk.call('config.get')).rejects.toMatchObject({ code: expect.any(String) as string });
  });
});
