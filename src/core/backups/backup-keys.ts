import { createHash } from 'node:crypto';
import { AppError, isAppError } from '../../shared/app-error.ts';
import { formatTarget, type SshTarget } from '../../shared/model/target.ts';
import { Secret } from '../../shared/secret.ts';
import { z } from 'zod';
import type { LoginSecrets } from '../api.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { BackupSecrets, StateStore } from '../state/state-store.ts';
import { generateKey, readRecipient } from './age-stream.ts';

/** What opens backups, and what signs in where they are sent. The secrets lie in the secret store. */
export interface BackupKeys {
  /** What new backups are encrypted to: made once, by whoever asks first. @throws AppError `secrets.*` */
  current(): Promise<{ readonly recipient: string; readonly key: Secret }>;
  /**
   * What opens a backup that was encrypted to `recipient`.
   * @param given is a person's: it counts where ours does not
   * @throws AppError `backup.key-missing`, `backup.key-wrong`
   */
  find(recipient: string, given?: Secret): Promise<Secret>;
  /** Keeps a key that a person has given; where there is none yet, new backups are encrypted to it as well. */
  add(key: Secret): Promise<void>;
  readLogin(server: SshTarget): Promise<LoginSecrets>;
  keepLogin(server: SshTarget, login: LoginSecrets): Promise<void>;
}

const loginSchema = z.strictObject({ sshPassword: z.string().optional(), keyPassphrase: z.string().optional() });
const noSecrets: BackupSecrets = { keys: [], logins: [] };

/** Of what a store takes for a name: users and hosts are spelled in many ways. Pure. */
function nameLogin(server: string): string {
  return `backup-login/${createHash('sha256').update(server).digest('hex').slice(0, 32)}`;
}

export function createBackupKeys(state: StateStore, secrets: SecretStore): BackupKeys {
  /** What its backend answers that it has; undefined where it answers that it does not. */
  const read = async (ref: BackupSecrets['keys'][number]['secret'] | undefined): Promise<Secret | undefined> => {
    if (ref === undefined) return undefined;
    try {
      return await secrets.get(ref);
    } catch (error) {
      if (isAppError(error, 'secrets.missing')) return undefined;
      throw error;
    }
  };
  const findRef = (known: BackupSecrets | undefined, recipient: string | undefined) =>
    known?.keys.find((key) => key.recipient === recipient)?.secret;
  /** Each under a name of its own: a key that opens older backups is never written over. */
  const keep = async (known: BackupSecrets, key: Secret): Promise<BackupSecrets> => {
    const recipient = await readRecipient(key);
    const secret = await secrets.put(`backup-key/${recipient}`, key, await keptRef(known, recipient));
    const others = known.keys.filter((one) => one.recipient !== recipient);
    return { ...known, recipient: known.recipient ?? recipient, keys: [...others, { recipient, secret }] };
  };
  const keptRef = async (known: BackupSecrets, recipient: string) => {
    const ref = findRef(known, recipient);
    return (await read(ref)) === undefined ? undefined : ref;
  };

  return {
    async current() {
      const ready = await state.backupSecrets.read();
      const { recipient, keys } =
        ready?.recipient === undefined
          ? await state.backupSecrets.update(async (old) =>
              old?.recipient === undefined ? keep(old ?? noSecrets, await generateKey()) : old,
            )
          : ready;
      const key = await read(findRef({ keys, logins: [] }, recipient));
      if (recipient === undefined || key === undefined) throw new AppError('backup.key-missing');
      return { recipient, key };
    },
    async find(recipient, given) {
      const key = await read(findRef(await state.backupSecrets.read(), recipient));
      if (key !== undefined) return key;
      if (given === undefined) throw new AppError('backup.key-missing', { details: { recipient } });
      if ((await readRecipient(given)) !== recipient)
        throw new AppError('backup.key-wrong', { details: { recipient } });
      return given;
    },
    async add(key) {
      await state.backupSecrets.update((old) => keep(old ?? noSecrets, new Secret(key.reveal().trim())));
    },
    async readLogin(server) {
      const logins = (await state.backupSecrets.read())?.logins ?? [];
      const kept = await read(logins.find((one) => one.server === formatTarget(server))?.secret);
      if (kept === undefined) return {};
      const { sshPassword, keyPassphrase } = loginSchema.parse(JSON.parse(kept.reveal()));
      return {
        ...(sshPassword === undefined ? {} : { sshPassword: new Secret(sshPassword) }),
        ...(keyPassphrase === undefined ? {} : { keyPassphrase: new Secret(keyPassphrase) }),
      };
    },
    async keepLogin(server, { sshPassword, keyPassphrase }) {
      if (sshPassword === undefined && keyPassphrase === undefined) return;
      const name = formatTarget(server);
      const text = JSON.stringify({ sshPassword: sshPassword?.reveal(), keyPassphrase: keyPassphrase?.reveal() });
      await state.backupSecrets.update(async (old = noSecrets) => {
        const known = old.logins.find((one) => one.server === name)?.secret;
        const isThere = (await read(known)) !== undefined;
        const secret = await secrets.put(nameLogin(name), new Secret(text), isThere ? known : undefined);
        return { ...old, logins: [...old.logins.filter((one) => one.server !== name), { server: name, secret }] };
      });
    },
  };
}
