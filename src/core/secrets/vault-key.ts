import { randomBytes } from 'node:crypto';
import { AppError } from '../../shared/app-error.ts';
import { hasCode, writeFileAtomic } from '../system/atomic-file.ts';
import { readGuardedFile } from './guarded-file.ts';
import { createDerivation, SCRYPT, type Derivation } from './vault-format.ts';

/** What a vault's key is made of. */
export interface KeyMaterial {
  readonly kind: Derivation['name'];
  /** How the key of a new vault is to be made. */
  createDerivation(): Derivation;
  /** @throws AppError when the vault cannot be opened with what there is */
  read(): Promise<Buffer>;
  /** For a vault that does not exist yet; called under its lock. */
  readOrCreate(): Promise<Buffer>;
  /** It did not open the vault: to be read anew the next time. */
  forget(): void;
}

/** A passphrase in a file, which may be a pipe: it is read once. One line break at its end does not belong to it. */
export function createPassphrase(passphraseFile: string | undefined, cost = SCRYPT): KeyMaterial {
  let known: Buffer | undefined;
  async function read(): Promise<Buffer> {
    if (known !== undefined) return known;
    if (passphraseFile === undefined) {
      throw new AppError('secrets.locked', {
        message: 'The secrets lie in a vault whose passphrase was not given.',
        hint: {
          command: 'Name the file with the passphrase in HARDSHELL_PASSPHRASE_FILE.',
          window: 'Start Hardshell with the file of the passphrase named in its environment.',
        },
      });
    }
    const content = await readPassphrase(passphraseFile);
    const end = content.at(-1) === 0x0a ? (content.at(-2) === 0x0d ? -2 : -1) : undefined;
    const passphrase = content.subarray(0, end);
    if (passphrase.length === 0)
      throw new AppError('secrets.locked', {
        message: 'The passphrase file is empty.',
        details: { path: passphraseFile },
      });
    known = passphrase;
    return passphrase;
  }
  return {
    kind: 'scrypt',
    createDerivation: () => createDerivation('scrypt', cost),
    read,
    readOrCreate: read,
    forget() {
      known = undefined;
    },
  };
}

async function readPassphrase(path: string): Promise<Buffer> {
  try {
    return await readGuardedFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('secrets.locked', {
      message: 'The passphrase file cannot be read.',
      hint: {
        command: 'Check the path in HARDSHELL_PASSPHRASE_FILE.',
        window: 'Check the path of the passphrase file in the environment of Hardshell.',
      },
      details: { path },
      cause: error,
    });
  }
}

const KEY_BYTES = 32;

/** Random bytes in a file of this account alone. Made once, and never a second time for a vault that is there already. */
export function createKeyFile(path: string): KeyMaterial {
  async function readExisting(): Promise<Buffer | undefined> {
    try {
      const key = Buffer.from((await readGuardedFile(path)).toString('latin1').trim(), 'base64');
      if (key.length !== KEY_BYTES)
        throw new AppError('secrets.damaged', { message: 'The key file of the vault is damaged.', details: { path } });
      return key;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
  return {
    kind: 'hkdf-sha256',
    createDerivation: () => createDerivation('hkdf-sha256'),
    async read() {
      const key = await readExisting();
      if (key !== undefined) return key;
      throw new AppError('secrets.unavailable', {
        message: 'The key file of the vault is missing.',
        hint: 'Bring the file back that the details name: without it nobody can open the vault.',
        details: { path },
      });
    },
    async readOrCreate() {
      const existing = await readExisting();
      if (existing !== undefined) return existing;
      const key = randomBytes(KEY_BYTES);
      await writeFileAtomic(path, `${key.toString('base64')}\n`);
      return key;
    },
    forget: () => undefined,
  };
}
