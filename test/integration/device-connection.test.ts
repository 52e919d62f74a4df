import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/shared/secret.ts';
import { approveDevice } from '../../src/core/openclaw/approve-device.ts';
import { planConfigPatch } from '../../src/core/openclaw/config-patch.ts';
import { openAsDevice, type DeviceKeeper } from '../../src/core/openclaw/device-connection.ts';
import { makeDeviceKey, readDeviceKey } from '../../src/core/openclaw/device-identity.ts';
import { testIdentity } from '../../src/core/openclaw/gateway-client.contract.ts';
import {
  openGatewayClient,
  type GatewayClient,
  type GatewayClientOptions,
} from '../../src/core/openclaw/gateway-client.ts';
import { readHealth } from '../../src/core/openclaw/health.ts';
import { createDeviceKeeper } from '../../src/core/places/device-keeper.ts';
import { createMemorySecretStore } from '../../src/core/secrets/memory-secrets.ts';
import { createStateStore, type StateStore } from '../../src/core/state/state-store.ts';
import { anInstance } from '../cli/samples.ts';
import { freePort } from '../lab/free-port.ts';
import { openClawHome, writePrivate, type OpenClawHome } from '../lab/real-gateway.ts';

const token = new Secret('b2'.repeat(32));
const instance = anInstance({ name: 'contained', target: { kind: 'docker' } });

/** A gateway sees whoever comes through its machine's own address as it sees one behind the network of an engine: not as local. */
describe('the real gateway, from where it does not see us as local', () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((card) => card?.family === 'IPv4' && !card.internal)?.address;
  const secrets = createMemorySecretStore();
  let home: OpenClawHome;
  let port: number;
  let dir: string;
  let state: StateStore;
  let keeper: DeviceKeeper;
  const approvals: string[] = [];

  const connect = (to = address ?? ''): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const stream = connectTcp(port, to);
      stream.once('connect', () => {
        stream.off('error', reject);
        resolve(stream);
      });
      stream.once('error', reject);
    });
  const options = (): GatewayClientOptions => ({ connect: () => connect(), port, token, client: testIdentity });
  const approve = async (requestId: string, deviceId: string, signal: AbortSignal): Promise<void> => {
    approvals.push(requestId);
    const beside = { connect: () => connect('127.0.0.1'), port, token, client: testIdentity, signal };
    await using local = await openGatewayClient(beside);
    await approveDevice(local, requestId, deviceId, signal);
  };
  const open = (device = keeper): Promise<GatewayClient> => openAsDevice({ ...options(), device, approve });

  beforeAll(async () => {
    home = await openClawHome();
    port = await freePort();
    dir = await mkdtemp(join(tmpdir(), 'hardshell-device-'));
    state = createStateStore(dir, { onProblem: () => undefined, platform: process.platform });
    await state.instances.put(instance.id, instance);
    keeper = createDeviceKeeper(instance, state, secrets);
    const settings = { port, token, telemetry: { enabled: false }, container: { publishedPort: port } } as const;
    await writePrivate(home.configPath, planConfigPatch(undefined, settings).text);
    await home.startGateway(port);
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  it('gives the token alone no rights', async () => {
    await expect(openGatewayClient(options())).rejects.toMatchObject({ code: 'gateway.auth', details: { scopes: [] } });
  });

  it('names the request that would let a new device in', async () => {
    const device = { key: readDeviceKey(makeDeviceKey()) };
    await expect(openGatewayClient({ ...options(), device })).rejects.toMatchObject({
      code: 'gateway.pairing',
      details: { code: 'PAIRING_REQUIRED', requestId: expect.stringMatching(/^[\w-]{8,}$/) as string },
    });
  });

  it('approves no other device than ours', async () => {
    const device = { key: readDeviceKey(makeDeviceKey()) };
    const refused: unknown = await openGatewayClient({ ...options(), device }).catch((error: unknown) => error);
    const { requestId } = (refused as { readonly details: { readonly requestId: string } }).details;
    await expect(approve(requestId, 'f'.repeat(64), AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'gateway.pairing',
      details: { deviceId: device.key.id },
    });
    await expect(openGatewayClient({ ...options(), device })).rejects.toMatchObject({ code: 'gateway.pairing' });
  });

  it('lets an approved device in with full rights, then by its own token, and asks nobody again', async () => {
    approvals.length = 0;
    {
      await using client = await open();
      expect(client.hello.auth.scopes).toContain('operator.admin');
      await expect(readHealth(client)).resolves.toMatchObject({ ok: true });
      expect(client.hello.auth.deviceToken).toBeInstanceOf(Secret);
    }
    expect(approvals).toHaveLength(1);
    const { token: kept, key } = await keeper.read();
    expect((await state.instances.get(instance.id))?.device).toMatchObject({ id: key.id });
    expect(kept).toBeDefined();
    // What the shared token is no longer matters.
    await using again = await openAsDevice({ ...options(), token: new Secret('wrong'), device: keeper, approve });
    expect(again.hello.auth.scopes).toContain('operator.admin');
    expect(approvals).toHaveLength(1);
  });

  it('does nothing when an approval comes twice', async () => {
    const { key } = await keeper.read();
    const [requestId = ''] = approvals;
    await approve(requestId, key.id, AbortSignal.timeout(60_000));
    const list = await home.openclaw(['devices', 'list', '--json']);
    const { paired } = JSON.parse(list.stdout.slice(list.stdout.indexOf('{'))) as {
      readonly paired: readonly unknown[];
    };
    expect(paired).toHaveLength(1);
  });

  it('goes back to the shared token where its own is refused, and takes another one', async () => {
    approvals.length = 0;
    await keeper.keepToken(new Secret('stale'));
    await using client = await open();
    await expect(readHealth(client)).resolves.toMatchObject({ ok: true });
    expect(approvals).toEqual([]);
    const { token: kept } = await keeper.read();
    expect(kept?.reveal()).not.toBe('stale');
  });

  it('is approved anew where the gateway has removed it', async () => {
    approvals.length = 0;
    const { key } = await keeper.read();
    await home.openclaw(['devices', 'remove', key.id, '--json']);
    await using client = await open();
    await expect(readHealth(client)).resolves.toMatchObject({ ok: true });
    expect(approvals).toHaveLength(1);
  });
});
