import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { createDeviceKeeper } from '../places/device-keeper.ts';
import { createMemorySecretStore } from '../secrets/memory-secrets.ts';
import { createStateStore, type StateStore } from '../state/state-store.ts';
import { openAsDevice, type ApproveDevice, type DeviceKeeper } from './device-connection.ts';
import { openFakeGateway } from './fake/fake-gateway.ts';
import { dialer, testIdentity } from './gateway-client.contract.ts';
import type { GatewayClient } from './gateway-client.ts';

const TOKEN = 'the-token';
const instance = anInstance({ name: 'contained', target: { kind: 'docker' } });

describe('signing in as a device', () => {
  const secrets = createMemorySecretStore();
  let dir: string;
  let state: StateStore;
  let keeper: DeviceKeeper;
  let devices: Map<string, string>;
  let approved: string[];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-device-'));
    state = createStateStore(dir, { onProblem: () => undefined, platform: process.platform });
    await state.instances.put(instance.id, instance);
    keeper = createDeviceKeeper(instance, state, secrets);
    devices = new Map();
    approved = [];
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const approve: ApproveDevice = (requestId, deviceId) => {
    approved.push(requestId);
    devices.set(deviceId, `token-${String(approved.length)}`);
    return Promise.resolve();
  };
  const open = (port: number, how = approve, device = keeper): Promise<GatewayClient> =>
    openAsDevice({
      connect: dialer(port).connect,
      port,
      token: new Secret(TOKEN),
      client: testIdentity,
      device,
      approve: how,
    });

  it('is approved once, by the request that the gateway names, and comes back with its own token', async () => {
    await using gateway = await openFakeGateway({ token: TOKEN, devices });
    for (let round = 0; round < 2; round += 1) await (await open(gateway.port))[Symbol.asyncDispose]();
    const { key, token } = await keeper.read();
    expect(approved).toEqual([`request-${key.id}`]);
    expect(token?.reveal()).toBe('token-1');
    expect(gateway.connects.map(({ params }) => params)).toMatchObject([
      { auth: { token: TOKEN }, device: { id: key.id } },
      { auth: { token: TOKEN }, device: { id: key.id } },
      { auth: { deviceToken: 'token-1' }, device: { id: key.id } },
    ]);
    expect(gateway.connects[2]?.params).not.toMatchObject({ auth: { token: expect.anything() as unknown } });
    const record = (await state.instances.get(instance.id))?.device;
    expect(record).toMatchObject({ id: key.id, key: { key: `device-key/${instance.id}` } });
    expect(JSON.stringify(record)).not.toContain('token-1');
  });

  it('falls back to the shared token where its own was rotated, and asks nobody', async () => {
    await using gateway = await openFakeGateway({ token: TOKEN, devices });
    await (await open(gateway.port))[Symbol.asyncDispose]();
    devices.set((await keeper.read()).key.id, 'rotated');
    await using client = await open(gateway.port);
    expect(client.closed.aborted).toBe(false);
    expect(approved).toHaveLength(1);
    expect((await keeper.read()).token?.reveal()).toBe('rotated');
  });

  it('is approved again where the gateway was made anew', async () => {
    await using gateway = await openFakeGateway({ token: TOKEN, devices });
    await (await open(gateway.port))[Symbol.asyncDispose]();
    devices.clear();
    await using client = await open(gateway.port);
    expect(client.closed.aborted).toBe(false);
    expect(approved).toHaveLength(2);
  });

  it('gives up after one approval that did not help', async () => {
    await using gateway = await openFakeGateway({ token: TOKEN, devices });
    let asked = 0;
    const useless: ApproveDevice = () => {
      asked += 1;
      return Promise.resolve();
    };
    await expect(open(gateway.port, useless)).rejects.toMatchObject({ code: 'gateway.pairing' });
    const refusing: ApproveDevice = () => Promise.reject(new AppError('command.failed'));
    await expect(open(gateway.port, refusing)).rejects.toMatchObject({ code: 'command.failed' });
    expect(asked).toBe(1);
  });

  it('does not take a wrong shared token for anything else', async () => {
    await using gateway = await openFakeGateway({ token: 'another', devices });
    await expect(open(gateway.port)).rejects.toMatchObject({
      code: 'gateway.auth',
      details: { code: 'AUTH_TOKEN_MISMATCH' },
    });
    expect(approved).toEqual([]);
  });

  it('has one key, also when two ask for it at once or the store has lost it', async () => {
    const twin = createDeviceKeeper(instance, state, secrets);
    const [one, two] = await Promise.all([keeper.read(), twin.read()]);
    expect(two.key.id).toBe(one.key.id);
    await keeper.keepToken(new Secret('of the old key'));
    await secrets.remove({ backend: 'memory', key: `device-key/${instance.id}` });
    const anew = await keeper.read();
    expect(anew.key.id).not.toBe(one.key.id);
    expect(anew).not.toHaveProperty('token');
    expect(await twin.read()).toEqual({ key: expect.objectContaining({ id: anew.key.id }) as unknown });
  });
});
