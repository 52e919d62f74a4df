import { createHash } from 'node:crypto';

/** A server's public key as known_hosts writes it. */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa`, … */
  readonly type: string;
  /** The key's blob in base64. */
  readonly blob: string;
}

/** The type is the first field of a key's blob: a length and that many bytes. Undefined where it is no key. Pure. */
export function parseHostKey(blob: Buffer): HostKey | undefined {
  if (blob.length < 4) return undefined;
  const length = blob.readUInt32BE(0);
  if (length === 0 || length > 100 || blob.length < 4 + length) return undefined;
  return { type: blob.toString('latin1', 4, 4 + length), blob: blob.toString('base64') };
}

/** `SHA256:…` as OpenSSH prints it. Pure. */
export function formatFingerprint(blob: Buffer | string): string {
  const bytes = typeof blob === 'string' ? Buffer.from(blob, 'base64') : blob;
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

/** The signature algorithms that prove a key type, best first. SHA-1 (`ssh-rsa`) is not among them, as in OpenSSH. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

export const HOST_KEY_TYPES: readonly string[] = Object.keys(ALGORITHMS);

/** What to offer a server: the types that are known for it first, without those to leave out. Pure. */
export function planHostKeyAlgorithms(knownTypes: readonly string[], leftOut: readonly string[] = []): string[] {
  const known = HOST_KEY_TYPES.filter((type) => knownTypes.includes(type));
  const others = HOST_KEY_TYPES.filter((type) => !knownTypes.includes(type));
  return [...known, ...others].filter((type) => !leftOut.includes(type)).flatMap((type) => ALGORITHMS[type] ?? []);
}
