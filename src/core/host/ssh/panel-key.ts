import { generateKeyPairSync, randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';
import { AppError } from '../../../shared/app-error.ts';
import { Secret } from '../../../shared/secret.ts';
import { formatFingerprint } from './host-key.ts';
import type { KeyOffer } from './ssh-offers.ts';

/** One login on one server, with everything that ~/.ssh/config says filled in. */
export interface SshLogin {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

/** Keys that this panel has made, each for one login, and has seen accepted there. */
export interface PanelKeys {
  /** The private half, in OpenSSH's format. Undefined: there is none. @throws AppError `secrets.*` */
  find(login: SshLogin): Promise<Secret | undefined>;
}

/** `anna@203.0.113.7:22`, always with everything: what a key is kept under. Pure. */
export function formatLogin({ user, host, port }: SshLogin): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

export interface GeneratedKey {
  readonly secret: Secret;
  /** As a line of authorized_keys. */
  readonly line: string;
}

const TYPE = 'ssh-ed25519';
const LINE_WIDTH = 70;

/**
 * An ed25519 pair in OpenSSH's own format. Written out here because one pair in 270 that the library makes is malformed: it
 * drops zeros at the beginning of a number.
 */
export function generatePanelKey(comment: string): GeneratedKey {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (jwk.d === undefined || jwk.x === undefined) throw new TypeError('A pair of keys without its halves.');
  const [seed, point] = [Buffer.from(jwk.d, 'base64url'), Buffer.from(jwk.x, 'base64url')];
  const blob = Buffer.concat([field(TYPE), field(point)]);
  // Twice the same number: how a reader knows that it was decrypted rightly.
  const check = randomBytes(4);
  const body = Buffer.concat([
    check,
    check,
    field(TYPE),
    field(point),
    field(Buffer.concat([seed, point])),
    field(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_none, index) => index + 1));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    number(1),
    field(blob),
    field(Buffer.concat([body, padding])),
  ]);
  const lines = whole.toString('base64').match(new RegExp(`.{1,${String(LINE_WIDTH)}}`, 'g')) ?? [];
  const text = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
  return { secret: new Secret(text), line: `${TYPE} ${blob.toString('base64')} ${comment}` };
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([number(bytes.length), bytes]);
}

/** The middle part of a line of authorized_keys: what tells one key from all others. Pure. */
export function readBlob(line: string): string {
  return line.split(' ')[1] ?? '';
}

/** Pure. */
export function fingerprintOf(line: string): string {
  return formatFingerprint(readBlob(line));
}

/** @throws AppError `ssh-key.missing` where what was kept is no key */
export function offerPanelKey(secret: Secret): KeyOffer {
  const key = ssh2.utils.parseKey(secret.reveal());
  // The library's own words about a key could quote it.
  if (key instanceof Error) throw new AppError('ssh-key.missing');
  const fingerprint = formatFingerprint(Buffer.from(key.getPublicSSH()));
  return { key, from: 'file', label: `the key of this panel (${fingerprint})` };
}
