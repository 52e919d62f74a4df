import { AppError, isAppError } from '../../shared/app-error.ts';
import type { DeviceRecord, Instance } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { DeviceKeeper } from '../openclaw/device-connection.ts';
import { makeDeviceKey, readDeviceKey, type DeviceKey } from '../openclaw/device-identity.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { StateStore } from '../state/state-store.ts';

/**
 * Keeps this panel's device key and device token of one instance: the secrets in the store, where they lie in the record. The
 * record is read anew each time: another panel may have been approved meanwhile.
 */
export function createDeviceKeeper(
  { id }: Pick<Instance, 'id'>,
  state: StateStore,
  secrets: SecretStore,
): DeviceKeeper {
  const readSecret = async (ref: DeviceRecord['token']): Promise<Secret | undefined> => {
    if (ref === undefined) return undefined;
    try {
      return await secrets.get(ref);
    } catch (error) {
      // Its backend answers and does not have it: as if it had never been kept.
      if (!isAppError(error, 'secrets.missing')) throw error;
      return undefined;
    }
  };
  const change = (edit: (device: DeviceRecord | undefined) => Promise<DeviceRecord>): Promise<Instance> =>
    state.instances.update(id, async (old) => {
      if (old === undefined) throw new AppError('instance.unknown');
      return { ...old, device: await edit(old.device) };
    });

  /** Under the record's lock, so that two panels at once do not each make one. */
  const makeKey = async (): Promise<DeviceKey> => {
    let made: DeviceKey | undefined;
    await change(async (device) => {
      const rival = await readSecret(device?.key);
      if (device !== undefined && rival !== undefined) {
        made = readDeviceKey(rival);
        return device;
      }
      const secret = makeDeviceKey();
      made = readDeviceKey(secret);
      // A token is worth nothing without the key that it was given to.
      return { id: made.id, key: await secrets.put(`device-key/${id}`, secret, device?.key) };
    });
    if (made === undefined) throw new AppError('secrets.missing');
    return made;
  };

  return {
    async read() {
      const device = (await state.instances.get(id))?.device;
      const secret = await readSecret(device?.key);
      if (secret === undefined) return { key: await makeKey() };
      const token = await readSecret(device?.token);
      return { key: readDeviceKey(secret), ...(token === undefined ? {} : { token }) };
    },
    async keepToken(token) {
      await change(async (device) => {
        if (device === undefined) throw new AppError('secrets.missing');
        return { ...device, token: await secrets.put(`device-token/${id}`, token, device.token) };
      });
    },
    async forgetToken() {
      await change(async (device) => {
        if (device === undefined) throw new AppError('secrets.missing');
        const { token, ...rest } = device;
        if (token !== undefined) await secrets.remove(token);
        return rest;
      });
    },
  };
}
