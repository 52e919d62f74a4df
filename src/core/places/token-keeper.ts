import { AppError, isAppError } from '../../shared/app-error.ts';
import type { Instance, SecretRef } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { StateStore } from '../state/state-store.ts';
import type { RecordKeeper } from '../steps/agent/record-keeper.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';

/**
 * Keeps the token of one instance: the secret in the store, where it lies in the record. The record is read anew each time: the
 * token may have been changed meanwhile.
 */
export function createTokenKeeper(instance: Instance, state: StateStore, secrets: SecretStore): TokenKeeper {
  let ref: SecretRef | undefined = instance.token;
  let known: Secret | undefined;
  const follow = async (): Promise<void> => {
    const current = (await state.instances.get(instance.id))?.token ?? ref;
    if (current?.key !== ref?.key || current?.backend !== ref?.backend) known = undefined;
    ref = current;
  };
  return {
    async read() {
      await follow();
      if (known !== undefined || ref === undefined) return known;
      try {
        known = await secrets.get(ref);
      } catch (error) {
        // Its backend answers and does not have it: as if it had never been kept. Anything else is for the person to see.
        if (!isAppError(error, 'secrets.missing')) throw error;
      }
      return known;
    },
    async keep(token) {
      await follow();
      const stored = await secrets.put(`gateway-token/${instance.id}`, token, ref);
      await state.instances.update(instance.id, (old) => {
        if (old === undefined) throw new AppError('instance.unknown');
        return { ...old, token: stored };
      });
      ref = stored;
      known = token;
    },
  };
}

/** Keeps one field of an instance's record: what this installation did there last. */
export function createRecordKeeper(
  { id }: Instance,
  field: 'providerKeyFingerprint' | 'instructionsSha256',
  state: StateStore,
): RecordKeeper {
  return {
    read: async () => (await state.instances.get(id))?.[field],
    async keep(value) {
      await state.instances.update(id, (old) => {
        if (old === undefined) throw new AppError('instance.unknown');
        return { ...old, [field]: value };
      });
    },
  };
}
