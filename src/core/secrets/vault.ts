import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';
import type { Keychain } from '../api-deps.ts';
import { hasCode, writeFileAtomic } from '../system/atomic-file.ts';
import { onFile } from '../system/file-error.ts';
import { withFileLock } from '../system/file-lock.ts';
import { deriveKey, isKeyOf, parseVault, sealCheck, sealEntry, unsealEntry, VAULT_VERSION } from './vault-format.ts';
import type { Derivation, VaultFile } from './vault-format.ts';
import { secretNameSchema } from './secret-store.ts';
import type { KeyMaterial } from './vault-key.ts';

/** A keychain of our own in one encrypted file, for machines without one. Any number of processes may use it. */
export interface Vault extends Keychain {
  exists(): Promise<boolean>;
}

export function createVault(path: string, material: KeyMaterial): Vault {
  /** Deriving a key from a passphrase is slow on purpose: once for each salt. */
  let derived: { readonly salt: string; readonly key: KeyObject } | undefined;

  async function readVault(): Promise<VaultFile | undefined> {
    try {
      return parseVault(await readFile(path, 'utf8'), path);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async function keyFor(derivation: Derivation, bytes: Buffer): Promise<KeyObject> {
    if (derived?.salt === derivation.salt) return derived.key;
    const key = await deriveKey(bytes, derivation);
    derived = { salt: derivation.salt, key };
    return key;
  }

  async function unlock(vault: VaultFile): Promise<KeyObject> {
    // A file that names another derivation than ours was exchanged: it must not choose how strong the key is.
    if (vault.derivation.name !== material.kind) {
      throw new AppError('secrets.damaged', {
        details: { path, because: 'The vault is not of the kind that belongs here.' },
      });
    }
    const key = await keyFor(vault.derivation, await material.read());
    if (isKeyOf(key, vault)) return key;
    derived = undefined;
    material.forget();
    throw new AppError('secrets.locked', {
      message:
        material.kind === 'scrypt'
          ? 'The passphrase does not open the vault.'
          : 'The key file does not open the vault.',
      hint:
        material.kind === 'scrypt'
          ? {
              command: 'Check the file that HARDSHELL_PASSPHRASE_FILE names.',
              window: 'Check the passphrase file that the environment of Hardshell names.',
            }
          : 'Bring back the key file that belongs to this vault.',
      details: { path },
    });
  }

  async function openOrCreate(): Promise<{ vault: VaultFile; key: KeyObject }> {
    const existing = await readVault();
    if (existing !== undefined) return { vault: existing, key: await unlock(existing) };
    const derivation = material.createDerivation();
    const key = await keyFor(derivation, await material.readOrCreate());
    return { vault: { v: VAULT_VERSION, derivation, check: sealCheck(key, derivation), entries: {} }, key };
  }

  const locked = <T>(work: () => Promise<T>): Promise<T> => onFile(path, () => withFileLock(`${path}.lock`, work));
  const write = (vault: VaultFile): Promise<void> => writeFileAtomic(path, `${JSON.stringify(vault, undefined, 2)}\n`);

  return {
    exists: () => onFile(path, async () => (await readVault()) !== undefined),
    get: (name) =>
      onFile(path, async () => {
        const vault = await readVault();
        if (vault === undefined)
          throw new AppError('secrets.unavailable', {
            message: 'The vault that holds this secret is not there.',
            details: { path },
          });
        const key = await unlock(vault);
        const sealed = Object.hasOwn(vault.entries, name) ? vault.entries[name] : undefined;
        if (sealed === undefined) return undefined;
        const secret = unsealEntry(key, vault.derivation, name, sealed);
        if (secret === undefined) throw new AppError('secrets.damaged', { details: { path, name } });
        return secret;
      }),
    set: (name, secret: Secret) =>
      locked(async () => {
        const { vault, key } = await openOrCreate();
        const sealed = sealEntry(key, vault.derivation, secretNameSchema.parse(name), secret);
        await write({ ...vault, entries: { ...vault.entries, [name]: sealed } });
      }),
    delete: (name) =>
      locked(async () => {
        const vault = await readVault();
        if (vault === undefined || !Object.hasOwn(vault.entries, name)) return false;
        // Who cannot open the vault has no business in it.
        await unlock(vault);
        const left = Object.entries(vault.entries).filter(([other]) => other !== name);
        await write({ ...vault, entries: Object.fromEntries(left) });
        return true;
      }),
  };
}
