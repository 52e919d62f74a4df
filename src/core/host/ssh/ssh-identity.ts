import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import type { Secret } from '../../../shared/secret.ts';
import { hasCode } from '../../system/atomic-file.ts';

/** What a file named as an identity turned out to be. */
export type Identity =
  | { readonly is: 'private'; readonly path: string; readonly key: ParsedKey }
  /** A public key: its private half may be in the agent. */
  | { readonly is: 'public'; readonly path: string; readonly blob: Buffer }
  | {
      readonly is: 'locked';
      readonly path: string;
      readonly why: 'no passphrase' | 'wrong passphrase';
      /** Where the public half could be read without the passphrase. */
      readonly blob: Buffer | undefined;
    }
  | { readonly is: 'missing'; readonly path: string }
  | { readonly is: 'unusable'; readonly path: string; readonly reason: string };

/** Reads a key file: OpenSSH's own format, PEM (PKCS#1, SEC1, PKCS#8), PuTTY's, or a public key. */
export async function readIdentity(path: string, passphrase: Secret | undefined): Promise<Identity> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return { is: 'missing', path };
    return { is: 'unusable', path, reason: error instanceof Error ? error.message : String(error) };
  }
  const parsed = parseAny(text, passphrase?.reveal());
  if (!(parsed instanceof Error)) {
    return parsed.isPrivateKey()
      ? { is: 'private', path, key: parsed }
      : { is: 'public', path, blob: Buffer.from(parsed.getPublicSSH()) };
  }
  if (!isEncrypted(text)) return { is: 'unusable', path, reason: parsed.message };
  const blob = parseOpenSshPublic(text) ?? (await readPublicBeside(path));
  return { is: 'locked', path, why: passphrase === undefined ? 'no passphrase' : 'wrong passphrase', blob };
}

function parseAny(text: string, passphrase: string | undefined): ParsedKey | Error {
  const plain = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text) ? convertPkcs8(text, passphrase) : text;
  return plain instanceof Error ? plain : ssh2.utils.parseKey(plain, passphrase);
}

/** The library reads the older formats of RSA and EC keys, not PKCS#8. */
function convertPkcs8(text: string, passphrase: string | undefined): string | Error {
  try {
    const key = createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
    switch (key.asymmetricKeyType) {
      case 'rsa':
        return key.export({ type: 'pkcs1', format: 'pem' }).toString();
      case 'ec':
        return key.export({ type: 'sec1', format: 'pem' }).toString();
      default:
        return new Error('Keys of this type are read in the OpenSSH format only.');
    }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isEncrypted(text: string): boolean {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  if (/^PuTTY-User-Key-File-/.test(text)) return !/^Encryption: none\r?$/m.test(text);
  const header = parseOpenSshHeader(text);
  return header !== undefined && header.cipher !== 'none';
}

/** The part of OpenSSH's own format that is never encrypted: the cipher's name and the public key. */
function parseOpenSshHeader(text: string): { readonly cipher: string; readonly blob: Buffer } | undefined {
  const [, base64] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/.exec(text) ?? [];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  let at = 'openssh-key-v1\0'.length;
  const readField = (): Buffer => {
    const length = bytes.readUInt32BE(at);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  try {
    const cipher = readField().toString('latin1');
    readField();
    readField();
    at += 4;
    return { cipher, blob: readField() };
  } catch {
    return undefined;
  }
}

function parseOpenSshPublic(text: string): Buffer | undefined {
  return parseOpenSshHeader(text)?.blob;
}

async function readPublicBeside(path: string): Promise<Buffer | undefined> {
  const beside = path.endsWith('.pub') ? undefined : await readIdentity(`${path}.pub`, undefined);
  return beside?.is === 'public' ? beside.blob : undefined;
}
