import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { approveDevice } from '../openclaw/approve-device.ts';
import type { ContainerLayout } from '../openclaw/container-layout.ts';
import { openAsDevice, type ApproveDevice, type OpenGateway } from '../openclaw/device-connection.ts';
import type { GatewayAccess } from '../steps/docker/gateway-ready.ts';
import type { EngineAccess } from '../steps/docker/engine-access.ts';
import { openGatewayClient } from '../openclaw/gateway-client.ts';
import { openRelay } from './docker-relay.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';
import { createDeviceKeeper } from './device-keeper.ts';
import type { PlaceServices } from './place-services.ts';

/** A program has to start inside first. */
const RELAY_TIMEOUT_MS = 60_000;

/** The ways to sign in to the gateway in a container: over the engine's network, so always as a device. */
export function createGatewayAccess(
  instance: Pick<Instance, 'id'>,
  layout: ContainerLayout,
  engine: EngineAccess,
  readPort: () => number,
  token: TokenKeeper,
  { deps, state, secrets }: Pick<PlaceServices, 'deps' | 'state' | 'secrets'>,
): GatewayAccess {
  const device = createDeviceKeeper(instance, state, secrets);
  const openWith =
    (approve: ApproveDevice): OpenGateway =>
    (options) =>
      // Whoever opens it may have learned of a port that has moved since.
      openAsDevice({
        ...options,
        port: readPort(),
        connect: async (signal) => (await engine.open(signal)).connect(readPort(), { signal }),
        device,
        approve,
      });
  const client = { version: deps.version, platform: deps.platform };
  const approve: ApproveDevice = async (requestId, deviceId, signal) => {
    const secret = await token.read();
    if (secret === undefined) throw new AppError('secrets.missing');
    const there = await engine.open(signal);
    await using beside = await openGatewayClient({
      connect: (limit) => openRelay(there, layout.container, layout.port, limit),
      port: layout.port,
      token: secret,
      client,
      timeoutMs: RELAY_TIMEOUT_MS,
      signal,
    });
    await approveDevice(beside, requestId, deviceId, signal);
  };
  const refuse: ApproveDevice = (requestId) =>
    Promise.reject(new AppError('gateway.pairing', { details: { requestId } }));
  return {
    token,
    client,
    openKnown: openWith(refuse),
    openApproved: openWith(approve),
  };
}
