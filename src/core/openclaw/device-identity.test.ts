import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import { makeDeviceKey, readDeviceKey, signChallenge } from './device-identity.ts';

describe('a device key', () => {
  it('is the same device each time it is read, named by its public key', () => {
    const kept = makeDeviceKey();
    const key = readDeviceKey(kept);
    const raw = Buffer.from(key.publicKey, 'base64url');
    expect(raw).toHaveLength(32);
    expect(key.id).toBe(createHash('sha256').update(raw).digest('hex'));
    expect(readDeviceKey(new Secret(kept.reveal())).id).toBe(key.id);
    expect(readDeviceKey(makeDeviceKey()).id).not.toBe(key.id);
  });

  it('signs what the gateway said first, and all that is asked for', () => {
    const key = readDeviceKey(makeDeviceKey());
    const device = signChallenge(
      key,
      { nonce: 'a nonce', ts: 1_795_187_178_297 },
      {
        clientId: 'gateway-client',
        clientMode: 'backend',
        role: 'operator',
        scopes: ['operator.admin', 'operator.read'],
        platform: 'Linux',
        token: new Secret('the token'),
      },
    );
    expect(device).toMatchObject({
      id: key.id,
      publicKey: key.publicKey,
      signedAt: 1_795_187_178_297,
      nonce: 'a nonce',
    });
    const payload = `v3|${key.id}|gateway-client|backend|operator|operator.admin,operator.read|1795187178297|the token|a nonce|linux|`;
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.publicKey }, format: 'jwk' });
    const signature = Buffer.from(String(device['signature']), 'base64url');
    expect(verify(null, Buffer.from(payload), publicKey, signature)).toBe(true);
  });

  it('that is none is said to be damaged, without a word of it', () => {
    const other = generateKeyPairSync('x25519')
      .privateKey.export({ format: 'der', type: 'pkcs8' })
      .toString('base64url');
    for (const text of ['', 'not-a-key', other]) {
      let thrown: unknown;
      try {
        readDeviceKey(new Secret(text));
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'secrets.damaged' });
      if (text !== '') expect(JSON.stringify(thrown)).not.toContain(text);
    }
  });
});
