import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdf,
  randomBytes,
  scrypt,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { secretNameSchema } from './secret-store.ts';

/*
 * A vault is one JSON file. Every secret in it is sealed by itself: AES-256-GCM, a random nonce of its own, and additional
 * data that binds it to its name and to the vault's parameters, so that nothing can be swapped, weakened or changed unseen.
 */
export const VAULT_VERSION = 1;

const KEY_BYTES = 32;
const SALT_BYTES = 32;
/** The size that GCM is made for. At random, 2^32 seals of one key are safe: a person makes hundreds. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** OWASP's first recommendation for scrypt: 128 MiB and about half a second, once a process. */
export const SCRYPT: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** A file may ask for other parameters, but neither for a derivation that is cheap to guess, nor for one that eats the machine. */
const SCRYPT_MIN_N = 2 ** 14;
const SCRYPT_MAX_BYTES = 512 * 1024 * 1024;
const scryptBytes = ({ N, r }: { N: number; r: number }): number => 128 * N * r;

const bytesSchema = (size: number): z.ZodType<string> =>
  z.string().refine((text) => Buffer.from(text, 'base64').length === size);
const sealedSchema = z.strictObject({ nonce: bytesSchema(NONCE_BYTES), tag: bytesSchema(TAG_BYTES), data: z.base64() });
export type Sealed = z.infer<typeof sealedSchema>;

const saltSchema = bytesSchema(SALT_BYTES);
const derivationSchema = z.discriminatedUnion('name', [
  z
    .strictObject({
      name: z.literal('scrypt'),
      salt: saltSchema,
      N: z.int().min(SCRYPT_MIN_N),
      r: z.int().min(8),
      p: z.int().min(1).max(4),
    })
    .refine(({ N }) => Number.isInteger(Math.log2(N)))
    .refine((parameters) => scryptBytes(parameters) <= SCRYPT_MAX_BYTES),
  z.strictObject({ name: z.literal('hkdf-sha256'), salt: saltSchema }),
]);
/** How the key is made: out of a passphrase that a person can guess, or out of random bytes. */
export type Derivation = z.infer<typeof derivationSchema>;

const vaultSchema = z.strictObject({
  v: z.literal(VAULT_VERSION),
  derivation: derivationSchema,
  /** Seals a constant: tells a wrong passphrase from a damaged secret. */
  check: sealedSchema,
  entries: z.record(secretNameSchema, sealedSchema),
});
export type VaultFile = z.infer<typeof vaultSchema>;

/** Pure. @throws AppError `secrets.damaged`, `state.newer` */
export function parseVault(text: string, path: string): VaultFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AppError('secrets.damaged', { details: { path, because: 'The file is not JSON.' } });
  }
  const version = z.looseObject({ v: z.int() }).safeParse(json);
  if (version.success && version.data.v > VAULT_VERSION)
    throw new AppError('state.newer', { details: { path, version: version.data.v } });
  const parsed = vaultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.map(String).join('.') || '(whole)');
  throw new AppError('secrets.damaged', {
    details: { path, because: `These fields are not as they should be: ${[...new Set(fields)].join(', ')}.` },
  });
}

/** @param cost of a guess at the passphrase; tests take a lower one */
export function createDerivation(name: Derivation['name'], cost: ScryptCost = SCRYPT): Derivation {
  const salt = randomBytes(SALT_BYTES).toString('base64');
  return name === 'scrypt' ? { name, salt, ...cost } : { name, salt };
}

export async function deriveKey(material: Buffer, derivation: Derivation): Promise<KeyObject> {
  const salt = Buffer.from(derivation.salt, 'base64');
  if (derivation.name === 'hkdf-sha256') {
    return createSecretKey(Buffer.from(await promisify(hkdf)('sha256', material, salt, 'hardshell vault', KEY_BYTES)));
  }
  const { N, r, p } = derivation;
  const derive = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
  // Node.js counts a little more than the two large arrays of the algorithm.
  return createSecretKey(await derive(material, salt, KEY_BYTES, { N, r, p, maxmem: 2 * scryptBytes(derivation) }));
}

const CHECK = 'hardshell';

export function sealCheck(key: KeyObject, derivation: Derivation): Sealed {
  return seal(key, new Secret(CHECK), boundTo(derivation, 'check', ''));
}

/** Whether the key is the one that the vault was made with. */
export function isKeyOf(key: KeyObject, vault: VaultFile): boolean {
  return unseal(key, vault.check, boundTo(vault.derivation, 'check', ''))?.reveal() === CHECK;
}

export function sealEntry(key: KeyObject, derivation: Derivation, name: string, secret: Secret): Sealed {
  return seal(key, secret, boundTo(derivation, 'entry', name));
}

/** Undefined: it was changed, or stands under another name than it was sealed for. */
export function unsealEntry(key: KeyObject, derivation: Derivation, name: string, sealed: Sealed): Secret | undefined {
  return unseal(key, sealed, boundTo(derivation, 'entry', name));
}

function boundTo(derivation: Derivation, kind: 'check' | 'entry', name: string): Buffer {
  const parameters = derivation.name === 'scrypt' ? [derivation.N, derivation.r, derivation.p] : [];
  return Buffer.from(
    JSON.stringify(['hardshell vault', VAULT_VERSION, derivation.name, derivation.salt, parameters, kind, name]),
  );
}

function seal(key: KeyObject, secret: Secret, bound: Buffer): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  const data = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

function unseal(key: KeyObject, sealed: Sealed, bound: Buffer): Secret | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bound);
  decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
  const begun = decipher.update(Buffer.from(sealed.data, 'base64'));
  try {
    return new Secret(Buffer.concat([begun, decipher.final()]).toString('utf8'));
  } catch {
    return undefined;
  }
}
