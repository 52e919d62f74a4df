import { AppError, isAppError } from '../shared/app-error.ts';
import type { DeviceDeed, DeviceList, DeviceRequest, PairedDevice } from '../shared/model/device.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { ConnectOptions, LoginSecrets } from './api.ts';
import type { InstanceLink } from './api-link.ts';
import type { Devices } from './api-devices.ts';
import { parseDevices } from './openclaw/device-list.ts';
import { suspendedError } from './openclaw/suspension.ts';
import type { DeviceDeeds } from './state/device-deeds.ts';

export interface DeviceServices {
  readonly find: (name: string, given?: ConnectOptions) => Promise<{ instance: Instance; options: ConnectOptions }>;
  readonly openLink: (id: Instance['id']) => Promise<InstanceLink>;
  /** What a login was given, for the way there. */
  readonly learn: (id: Instance['id'], given: LoginSecrets) => void;
  /** The record as it is by now. */
  readonly readInstance: (id: Instance['id']) => Promise<Instance | undefined>;
  readonly deeds: DeviceDeeds;
  readonly who: string;
  readonly now: () => number;
}

interface Asking {
  readonly instance: Instance;
  readonly call: InstanceLink['call'];
  readonly list: () => Promise<Omit<DeviceList, 'deeds'>>;
}

/** The devices of gateways: asked of the gateway itself, and nobody else keeps a list of them. */
export function createDevices(services: DeviceServices): Devices {
  const { find, openLink, learn, readInstance, deeds, who, now } = services;

  const asking = async <T>(
    name: string,
    given: ConnectOptions | undefined,
    work: (at: Asking) => Promise<T>,
  ): Promise<T> => {
    const { instance, options } = await find(name, given);
    if (instance.suspension !== undefined) throw suspendedError(instance.suspension);
    learn(instance.id, options.secrets ?? {});
    await using link = await openLink(instance.id);
    const limit = options.signal === undefined ? {} : { signal: options.signal };
    const call: InstanceLink['call'] = (method, params, more) => link.call(method, params, { ...limit, ...more });
    const list = async (): Promise<Omit<DeviceList, 'deeds'>> => {
      const answer = await call('device.pair.list', {}, { isQuestion: true });
      // Signing in for that answer may have made us a device.
      return parseDevices(answer, (await readInstance(instance.id))?.device?.id);
    };
    return await work({ instance, call, list });
  };

  const keep = async (
    { id }: Instance,
    what: DeviceDeed['what'],
    { deviceId, name }: Pick<DeviceRequest, 'deviceId' | 'name'>,
  ): Promise<void> => deeds.add(id, { at: new Date(now()).toISOString(), who, what, deviceId, name });

  const findRequest = async ({ list }: Asking, requestId: string): Promise<DeviceRequest> => {
    const found = (await list()).pending.find((one) => one.requestId === requestId);
    if (found === undefined) throw new AppError('device.unknown', { details: { requestId } });
    return found;
  };
  const findDevice = async ({ list }: Asking, deviceId: string): Promise<PairedDevice> => {
    const found = (await list()).paired.find((one) => one.deviceId === deviceId);
    if (found === undefined) throw new AppError('device.unknown', { details: { deviceId } });
    return found;
  };

  return {
    list: (name, given) =>
      asking(name, given, async ({ instance, list }) => ({ ...(await list()), deeds: await deeds.read(instance.id) })),
    approve: (name, requestId, given) =>
      asking(name, given, async (at) => {
        // Named exactly, and looked at first: never just the latest.
        const request = await findRequest(at, requestId);
        await expectThere(at.call('device.pair.approve', { requestId }));
        await keep(at.instance, 'approve', request);
      }),
    reject: (name, requestId, given) =>
      asking(name, given, async (at) => {
        const request = await findRequest(at, requestId);
        await expectThere(at.call('device.pair.reject', { requestId }));
        await keep(at.instance, 'reject', request);
      }),
    remove: (name, deviceId, given) =>
      asking(name, given, async (at) => {
        const device = await findDevice(at, deviceId);
        if (device.isOwn) throw new AppError('device.own');
        await expectThere(at.call('device.pair.remove', { deviceId }));
        await keep(at.instance, 'remove', device);
      }),
    rotate: (name, deviceId, given) =>
      asking(name, given, async (at) => {
        const device = await findDevice(at, deviceId);
        // One that was revoked stays so: a new one would let it in again.
        const roles = device.tokens.filter(({ isRevoked }) => !isRevoked).map(({ role }) => role);
        if (roles.length === 0) throw new AppError('device.unknown', { message: 'That device has no token any more.' });
        // Of our own the answer holds the new one. It is let go of: the next sign-in is given another.
        for (const role of roles) await expectThere(at.call('device.token.rotate', { deviceId, role }));
        await keep(at.instance, 'rotate', device);
      }),
  };
}

/** Somebody else was quicker: as if it had not been in the list. */
async function expectThere(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (isAppError(error, 'gateway.rpc') && /unknown (requestId|deviceId)/.test(error.message))
      throw new AppError('device.unknown', { cause: error });
    throw error;
  }
}
