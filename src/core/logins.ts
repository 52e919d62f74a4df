import { z } from 'zod';
import { isAppError } from '../shared/app-error.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import { Secret } from '../shared/secret.ts';
import type { ConnectOptions, Core, LoginSecrets } from './api.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { StateStore } from './state/state-store.ts';

/** As it lies in the secret store: one text for all that a login needs. */
const keptSchema = z.strictObject({
  sshPassword: z.string().optional(),
  sudoPassword: z.string().optional(),
  keyPassphrase: z.string().optional(),
});
const names = ['sshPassword', 'sudoPassword', 'keyPassphrase'] as const;

/** What servers are signed in to with, by instance: the memory of this process first, then the secret store. */
export interface Logins {
  readonly api: Core['logins'];
  /** Empty where nothing is known. @throws AppError `secrets.*` */
  read(id: InstanceId): Promise<LoginSecrets>;
  /** For as long as this process runs: these have just been seen to work. */
  learn(id: InstanceId, worked: LoginSecrets): void;
  /** What was given counts before what is known. */
  complete<O extends ConnectOptions>(id: InstanceId, options: O): Promise<O>;
}

/** @param onProvided told when there is a reason to try a login again */
export function createLogins(state: StateStore, secrets: SecretStore, onProvided: (id: InstanceId) => void): Logins {
  const session = new Map<InstanceId, LoginSecrets>();

  const readKept = async (id: InstanceId): Promise<LoginSecrets> => {
    const record = await state.logins.get(id);
    if (record === undefined) return {};
    try {
      return parseLogin(await secrets.get(record.secret));
    } catch (error) {
      // Its backend answers and does not have it: as if it had never been kept.
      if (isAppError(error, 'secrets.missing')) return {};
      throw error;
    }
  };
  const read = async (id: InstanceId): Promise<LoginSecrets> => {
    const given = session.get(id);
    if (given === undefined) return readKept(id);
    // Whoever has just typed a password is not held up by a keychain that is locked.
    return { ...(await readKept(id).catch(() => ({}))), ...given };
  };

  return {
    read,
    learn(id, worked) {
      const known = names.flatMap((name) => (worked[name] === undefined ? [] : [[name, worked[name]] as const]));
      if (known.length > 0) session.set(id, { ...session.get(id), ...Object.fromEntries(known) });
    },
    async complete(id, options) {
      return { ...options, secrets: { ...(await read(id)), ...options.secrets } };
    },
    api: {
      async provide(id, given, { remember }) {
        const login = { ...session.get(id), ...given };
        session.set(id, login);
        if (remember) {
          const known = await state.logins.get(id);
          const secret = await secrets.put(
            `login/${id}`,
            formatLogin({ ...(await read(id)), ...login }),
            known?.secret,
          );
          await state.logins.put(id, { secret });
        }
        onProvided(id);
      },
      async forget(id) {
        session.delete(id);
        const record = await state.logins.get(id);
        if (record === undefined) return;
        await secrets.remove(record.secret);
        await state.logins.remove(id);
      },
      isRemembered: async (id) => (await state.logins.get(id)) !== undefined,
    },
  };
}

function formatLogin(login: LoginSecrets): Secret {
  const entries = names.map((name) => [name, login[name]?.reveal()] as const);
  return new Secret(JSON.stringify(Object.fromEntries(entries)));
}

function parseLogin(text: Secret): LoginSecrets {
  const kept = keptSchema.parse(JSON.parse(text.reveal()));
  const entries = names.flatMap((name) => (kept[name] === undefined ? [] : [[name, new Secret(kept[name])] as const]));
  return Object.fromEntries(entries);
}
