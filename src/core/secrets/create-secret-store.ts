import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError, isAppError } from '../../shared/app-error.ts';
import { assertNever } from '../../shared/assert-never.ts';
import type { SecretRef } from '../../shared/model/instance.ts';
import { Secret } from '../../shared/secret.ts';
import type { Keychain } from '../api-deps.ts';
import { secretNameSchema, type SecretBackend, type SecretStore } from './secret-store.ts';
import { createKeyFile, createPassphrase } from './vault-key.ts';
import { createVault } from './vault.ts';

export interface SecretStoreOptions {
  /** The folder of the vaults. */
  readonly dir: string;
  /** The operating system's, where the door could load it. */
  readonly keychain?: Keychain | undefined;
  readonly passphraseFile?: string | undefined;
}

const PASSPHRASE_VAULT = 'passphrase-vault.json';
const KEYFILE_VAULT = 'keyfile-vault.json';
const KEY_FILE = 'keyfile-vault.key';

const backends: Readonly<Record<'keychain' | 'vault-passphrase' | 'vault-keyfile', SecretBackend>> = {
  keychain: { backend: 'keychain', strength: 'strong', description: 'The keychain of this computer.' },
  'vault-passphrase': {
    backend: 'vault-passphrase',
    strength: 'strong',
    description: 'A vault file, encrypted with your passphrase.',
  },
  'vault-keyfile': {
    backend: 'vault-keyfile',
    strength: 'weak',
    description:
      'A vault file whose key lies in a file beside it. This is weaker: whoever can read the files of this account can read the secrets. Use a keychain, or set HARDSHELL_PASSPHRASE_FILE.',
  },
};

/**
 * New secrets go to the operating system's keychain where it works; else to a vault with a passphrase; else, said plainly to
 * be weaker, to a vault with a key file. A secret that is known stays where it is.
 */
export function createSecretStore({ dir, keychain, passphraseFile }: SecretStoreOptions): SecretStore {
  const passphraseVault = createVault(join(dir, PASSPHRASE_VAULT), createPassphrase(passphraseFile));
  const keyfileVault = createVault(join(dir, KEYFILE_VAULT), createKeyFile(join(dir, KEY_FILE)));
  let chosen: SecretBackend | undefined;

  function openBackend(backend: SecretRef['backend']): Keychain {
    switch (backend) {
      case 'keychain':
        if (keychain !== undefined) return keychain;
        throw new AppError('secrets.unavailable', {
          message: 'This secret lies in the keychain of this computer, which cannot be reached from here.',
          hint: 'Run Hardshell in your desktop session, as when the secret was stored.',
        });
      case 'vault-passphrase':
        return passphraseVault;
      case 'vault-keyfile':
        return keyfileVault;
      case 'memory':
        throw new AppError('secrets.unavailable', {
          message: 'This secret was kept in memory only, and is gone with its process.',
          hint: 'Run deploy again: the token is read from the machine.',
        });
      default:
        return assertNever(backend);
    }
  }

  async function choose(): Promise<SecretBackend> {
    if (keychain !== undefined) {
      try {
        await probe(keychain);
        return backends.keychain;
      } catch (error) {
        // Locked: the person uses it, so nothing weaker may take its place. A passphrase is no weaker, and was given.
        const passable =
          isAppError(error, 'secrets.unavailable') ||
          (isAppError(error, 'secrets.locked') && passphraseFile !== undefined);
        if (!passable) throw error;
      }
    }
    if (passphraseFile !== undefined) return backends['vault-passphrase'];
    if (await passphraseVault.exists()) {
      throw new AppError('secrets.locked', {
        message: 'The secrets lie in a vault whose passphrase was not given.',
        hint: {
          command: 'Name the file with the passphrase in HARDSHELL_PASSPHRASE_FILE.',
          window: 'Start Hardshell with the file of the passphrase named in its environment.',
        },
      });
    }
    return backends['vault-keyfile'];
  }

  async function backend(): Promise<SecretBackend> {
    // Only an answer is remembered: what is locked now may be unlocked in a minute.
    chosen ??= await choose();
    return chosen;
  }

  return {
    backend,
    async get(ref) {
      const secret = await openBackend(ref.backend).get(ref.key);
      if (secret === undefined) throw new AppError('secrets.missing', { details: { ...ref } });
      return secret;
    },
    async put(wanted, secret, known) {
      const name = secretNameSchema.parse(wanted);
      if (known === undefined) {
        const ref: SecretRef = { backend: (await backend()).backend, key: name };
        await openBackend(ref.backend).set(name, secret);
        return ref;
      }
      // Reading shows that its backend is there and open: a vault that is gone must not be made anew in its place.
      const keeper = openBackend(known.backend);
      await keeper.get(known.key);
      await keeper.set(known.key, secret);
      return known;
    },
    async remove(ref) {
      return openBackend(ref.backend).delete(ref.key);
    },
  };
}

/** A keychain may be there and not work (no session, no collection): only writing and reading shows it. */
async function probe(keychain: Keychain): Promise<void> {
  const account = `probe-${randomBytes(8).toString('hex')}`;
  const value = new Secret(randomBytes(16).toString('hex'));
  await keychain.set(account, value);
  let read: Secret | undefined;
  try {
    read = await keychain.get(account);
  } finally {
    await keychain.delete(account);
  }
  if (read?.equals(value) !== true) {
    throw new AppError('secrets.unavailable', {
      message: 'The keychain of this computer does not keep what it is given.',
    });
  }
}
