import { AppError, isAppError } from '../../shared/app-error.ts';
import type { Instance, SecretRef } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { StateStore } from '../state/state-store.ts';
import type { TokenRotation } from '../steps/access/rotation.ts';

/**
 * Keeps both tokens of a change until the old one is dead. Each lies in a place of its own in the store and only the record says
 * which is which: whatever is cut short, neither is lost.
 */
export function createTokenRotation(
  { id }: Pick<Instance, 'id'>,
  state: StateStore,
  secrets: SecretStore,
  now: () => number = Date.now,
): TokenRotation {
  const readSecret = async (ref: SecretRef | undefined): Promise<Secret | undefined> => {
    if (ref === undefined) return undefined;
    try {
      return await secrets.get(ref);
    } catch (error) {
      // Its backend answers and does not have it: as if it had never been kept.
      if (!isAppError(error, 'secrets.missing')) throw error;
      return undefined;
    }
  };
  const edit = (change: (old: Instance) => Promise<Instance> | Instance): Promise<Instance> =>
    state.instances.update(id, async (old) => {
      if (old === undefined) throw new AppError('instance.unknown');
      return await change(old);
    });

  return {
    async read() {
      const { token: ref, rotation } = (await state.instances.get(id)) ?? {};
      const token = await readSecret(ref);
      const other = await readSecret(rotation?.secret);
      // A deployment that found the new one on the machine has kept it by itself.
      const isOther = other !== undefined && token?.equals(other) !== true;
      return {
        ...(token === undefined ? {} : { token }),
        ...(isOther && rotation !== undefined ? { [rotation.is]: other } : {}),
      };
    },
    async prepare(token) {
      await edit(async (old) => {
        const names = [`gateway-token/${id}`, `gateway-token-2/${id}`] as const;
        const name = old.token?.key === names[0] ? names[1] : names[0];
        const secret = await secrets.put(name, token, old.rotation?.secret);
        return { ...old, rotation: { is: 'next', secret, at: new Date(now()).toISOString() } };
      });
    },
    async promote() {
      await edit(({ rotation, token, ...old }) => {
        if (rotation?.is !== 'next') throw new AppError('secrets.missing');
        return {
          ...old,
          token: rotation.secret,
          ...(token === undefined ? {} : { rotation: { ...rotation, is: 'former', secret: token } }),
        };
      });
    },
    async finish() {
      const { rotation } = (await state.instances.get(id)) ?? {};
      // The record first: what it names is never missing.
      await edit((old) => {
        const rest = { ...old };
        delete rest.rotation;
        return rest;
      });
      if (rotation?.is === 'former') await secrets.remove(rotation.secret);
    },
  };
}
