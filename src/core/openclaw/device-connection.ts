import { isAppError, type AppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';
import type { GatewayDevice } from './device-identity.ts';
import { openGatewayClient, type GatewayClient, type GatewayClientOptions } from './gateway-client.ts';

/** Keeps what this panel is to the gateway of one instance. */
export interface DeviceKeeper {
  /** Made, and kept, when it is asked for the first time. */
  read(): Promise<GatewayDevice>;
  keepToken(token: Secret): Promise<void>;
  forgetToken(): Promise<void>;
}

/** Approves this device, by the exact request that the gateway named. */
export type ApproveDevice = (requestId: string, deviceId: string, signal: AbortSignal) => Promise<void>;

/** Opens a client of one gateway, in whatever way that gateway asks for. */
export type OpenGateway = (options: GatewayClientOptions) => Promise<GatewayClient>;

export interface DeviceConnectionOptions extends Omit<GatewayClientOptions, 'device'> {
  readonly device: DeviceKeeper;
  readonly approve: ApproveDevice;
}

/**
 * Signs in where a gateway does not see us as local: as a device, with the token that it gave to it, else with the shared one;
 * a device that it does not know is approved, once.
 * @throws AppError as `openGatewayClient`, or what `approve` throws
 */
export async function openAsDevice({ device, approve, ...options }: DeviceConnectionOptions): Promise<GatewayClient> {
  const signal = options.signal ?? new AbortController().signal;
  const open = async (): Promise<GatewayClient> => {
    const known = await device.read();
    const client = await openGatewayClient({ ...options, device: known });
    const given = client.hello.auth.deviceToken;
    try {
      if (given !== undefined && known.token?.equals(given) !== true) await device.keepToken(given);
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
    return client;
  };
  const openWithout = async (refused: unknown): Promise<GatewayClient> => {
    // Rotated, revoked, or of a gateway that was made anew: the shared token asks for another one.
    if (!isAppError(refused, 'gateway.auth') || !isDeviceTokenRefused(refused)) throw refused;
    await device.forgetToken();
    return open();
  };
  const openApproved = async (refused: unknown): Promise<GatewayClient> => {
    const requestId = isAppError(refused, 'gateway.pairing') ? refused.details?.['requestId'] : undefined;
    if (typeof requestId !== 'string') throw refused;
    await approve(requestId, (await device.read()).key.id, signal);
    return open();
  };
  return open().catch(openWithout).catch(openApproved);
}

/** Pure. */
function isDeviceTokenRefused({ details }: AppError): boolean {
  return details?.['code'] === 'AUTH_DEVICE_TOKEN_MISMATCH' || details?.['code'] === 'AUTH_SCOPE_MISMATCH';
}
