import { createHash } from 'node:crypto';
import { isAppError } from '../../shared/app-error.ts';
import { formatLogin, generatePanelKey, type PanelKeys, type SshLogin } from '../host/ssh/panel-key.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { KeptSshKey } from '../state/ssh-keys-record.ts';
import type { StateStore } from '../state/state-store.ts';
import type { PanelKeyBook } from '../steps/access/panel-key-book.ts';

/** Of what a store takes for a name: users and hosts are spelled in many ways. Pure. */
function nameSecret(login: SshLogin): string {
  return `ssh-key/${createHash('sha256').update(formatLogin(login)).digest('hex').slice(0, 32)}`;
}

/**
 * A key for each login, so that one can be taken away without the others, and no two servers can tell that the same panel comes to
 * both. The private halves lie in the secret store, as every other secret does, and in no file: what only we sign in with needs none.
 */
export interface KeyRing extends PanelKeys {
  /** What is known of the key for a login, its private half aside. */
  read(login: SshLogin): Promise<KeptSshKey | undefined>;
  bookOf(login: SshLogin, comment: string): PanelKeyBook;
}

export function createKeyRing(state: Pick<StateStore, 'sshKeys'>, secrets: SecretStore, now: () => number): KeyRing {
  const read = async (login: SshLogin): Promise<KeptSshKey | undefined> =>
    (await state.sshKeys.read())?.keys.find((key) => key.login === formatLogin(login));
  const readSecret = async (kept: KeptSshKey) => {
    try {
      return await secrets.get(kept.secret);
    } catch (error) {
      // Its backend answers and does not have it: as if there were no key.
      if (isAppError(error, 'secrets.missing')) return undefined;
      throw error;
    }
  };
  /** @param change hands back what is there from then on; undefined: nothing */
  const edit = async (
    login: SshLogin,
    change: (old: KeptSshKey | undefined) => Promise<KeptSshKey | undefined> | KeptSshKey | undefined,
  ): Promise<void> => {
    const name = formatLogin(login);
    await state.sshKeys.update(async (old) => {
      const keys = old?.keys ?? [];
      const changed = await change(keys.find((key) => key.login === name));
      return { keys: [...keys.filter((key) => key.login !== name), ...(changed === undefined ? [] : [changed])] };
    });
  };
  const today = (): string => new Date(now()).toISOString();

  return {
    read,
    async find(login) {
      const kept = await read(login);
      return kept?.provenAt === undefined ? undefined : readSecret(kept);
    },
    bookOf: (login, comment) => ({
      async read() {
        const kept = await read(login);
        return kept === undefined ? undefined : { ...kept, secret: await readSecret(kept) };
      },
      make: () =>
        edit(login, async (old) => {
          const { secret, line } = generatePanelKey(comment);
          const known = old === undefined || (await readSecret(old)) === undefined ? undefined : old.secret;
          const ref = await secrets.put(nameSecret(login), secret, known);
          return {
            login: formatLogin(login),
            line,
            secret: ref,
            madeAt: today(),
            ...(old?.passwordsOffAt === undefined ? {} : { passwordsOffAt: old.passwordsOffAt }),
          };
        }),
      use: () => edit(login, (old) => (old === undefined ? undefined : { ...old, provenAt: today() })),
      retire: () =>
        edit(login, (old) => {
          if (old === undefined) return undefined;
          const rest = { ...old };
          delete rest.provenAt;
          return rest;
        }),
      notePasswords: (are) =>
        edit(login, (old) => {
          if (old === undefined) return undefined;
          const rest = { ...old };
          delete rest.passwordsOffAt;
          return are === 'off' ? { ...rest, passwordsOffAt: today() } : rest;
        }),
      async forget() {
        const kept = await read(login);
        // The record first: what it names is never missing.
        await edit(login, () => undefined);
        if (kept !== undefined) await secrets.remove(kept.secret);
      },
    }),
  };
}
