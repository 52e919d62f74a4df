import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';

/** This panel as a device: what a gateway asks for on every connection that it does not see as local. */
export interface GatewayDevice {
  readonly key: DeviceKey;
  /** What the gateway gave once it had approved the device. Absent: its shared token is shown instead. */
  readonly token?: Secret;
}

export interface DeviceKey {
  /** SHA-256 of the raw public key, in hex: how the gateway names the device. */
  readonly id: string;
  /** Raw, 32 bytes in base64url. */
  readonly publicKey: string;
  /** In base64url. */
  sign(text: string): string;
}

/** What a gateway says first, and wants back under our signature. */
export interface Challenge {
  readonly nonce: string;
  /** By the gateway's own clock: it refuses a signature that is older than two minutes. */
  readonly ts: number;
}

/** What a connection asks for, all of it under the signature. */
export interface SignedRequest {
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly platform: string;
  /** The token that goes with it. */
  readonly token: Secret;
}

/** A new Ed25519 key, as it is kept: PKCS#8 in base64url. */
export function makeDeviceKey(): Secret {
  const { privateKey } = generateKeyPairSync('ed25519');
  return new Secret(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'));
}

/** Pure. @throws AppError `secrets.damaged` where that is no key of ours */
export function readDeviceKey(kept: Secret): DeviceKey {
  const key = parseKey(kept);
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    id: createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex'),
    publicKey: x,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64url'),
  };
}

function parseKey(kept: Secret): KeyObject {
  try {
    const key = createPrivateKey({ key: Buffer.from(kept.reveal(), 'base64url'), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What OpenSSL says of it tells nobody anything, and could quote it.
  }
  throw new AppError('secrets.damaged', { message: 'The device key of this instance cannot be read.' });
}

/** The `device` of a connect request (payload v3 of docs/gateway/protocol/auth.md). Pure. */
export function signChallenge(
  key: DeviceKey,
  { nonce, ts }: Challenge,
  { clientId, clientMode, role, scopes, platform, token }: SignedRequest,
): Readonly<Record<string, unknown>> {
  const family = '';
  const payload = [
    'v3',
    key.id,
    clientId,
    clientMode,
    role,
    scopes.join(','),
    String(ts),
    token.reveal(),
    nonce,
    platform.toLowerCase(),
    family,
  ].join('|');
  return { id: key.id, publicKey: key.publicKey, signature: key.sign(payload), signedAt: ts, nonce };
}
