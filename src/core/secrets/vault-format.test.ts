import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import {
  createDerivation,
  deriveKey,
  isKeyOf,
  parseVault,
  SCRYPT,
  sealCheck,
  sealEntry,
  unsealEntry,
} from './vault-format.ts';

const key = createSecretKey(randomBytes(32));
const derivation = createDerivation('scrypt');
const sealed = { nonce: randomBytes(12).toString('base64'), tag: randomBytes(16).toString('base64'), data: '' };
const vault = { v: 1, derivation, check: sealed, entries: { 'gateway-token/i-1': sealed } };

function flip(text: string, bit: number): string {
  const bytes = Buffer.from(text, 'base64');
  const at = Math.floor(bit / 8) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  return bytes.toString('base64');
}

describe('a sealed secret', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const opened = unsealEntry(key, derivation, 'a', sealEntry(key, derivation, 'a', new Secret(value)));
        // Half a surrogate pair is no text, and no program can store it as UTF-8.
        expect(opened?.reveal()).toBe(Buffer.from(value).toString('utf8'));
      }),
    );
  });

  it('is never sealed twice alike', () => {
    const seals = Array.from({ length: 50 }, () => sealEntry(key, derivation, 'a', new Secret('same')));
    expect(new Set(seals.map(({ nonce }) => nonce)).size).toBe(50);
    expect(new Set(seals.map(({ data }) => data)).size).toBe(50);
  });

  it('with any bit changed does not open', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.constantFrom('nonce' as const, 'tag' as const, 'data' as const),
        fc.nat(),
        (value, part, bit) => {
          const whole = sealEntry(key, derivation, 'a', new Secret(value));
          expect(unsealEntry(key, derivation, 'a', { ...whole, [part]: flip(whole[part], bit) })).toBeUndefined();
        },
      ),
    );
  });

  it('does not open under another name, key, salt or strength', () => {
    const whole = sealEntry(key, derivation, 'a', new Secret('x'));
    const other = createDerivation('scrypt');
    expect(unsealEntry(key, derivation, 'a', whole)?.reveal()).toBe('x');
    expect(unsealEntry(key, derivation, 'b', whole)).toBeUndefined();
    expect(unsealEntry(createSecretKey(randomBytes(32)), derivation, 'a', whole)).toBeUndefined();
    expect(unsealEntry(key, other, 'a', whole)).toBeUndefined();
    expect(
      unsealEntry(key, { name: 'scrypt', ...SCRYPT, salt: derivation.salt, N: 2 ** 14 }, 'a', whole),
    ).toBeUndefined();
    // The check is not a secret that one could put under a name.
    expect(unsealEntry(key, derivation, '', sealCheck(key, derivation))).toBeUndefined();
  });

  it('belongs to the key that made the check', () => {
    const made = parseVault(JSON.stringify({ ...vault, check: sealCheck(key, derivation) }), '/v');
    expect(isKeyOf(key, made)).toBe(true);
    expect(isKeyOf(createSecretKey(randomBytes(32)), made)).toBe(false);
  });
});

describe('a key', () => {
  it('depends on the passphrase and the salt, and does not print', async () => {
    const cheap = createDerivation('scrypt', { ...SCRYPT, N: 2 ** 14 });
    const [one, same, other, salted] = await Promise.all([
      deriveKey(Buffer.from('a'), cheap),
      deriveKey(Buffer.from('a'), cheap),
      deriveKey(Buffer.from('b'), cheap),
      deriveKey(Buffer.from('a'), createDerivation('scrypt', { ...SCRYPT, N: 2 ** 14 })),
    ]);
    expect(one.equals(same)).toBe(true);
    expect(one.equals(other)).toBe(false);
    expect(one.equals(salted)).toBe(false);
    expect(JSON.stringify(one)).toBe('{}');
  });
});

describe('a vault file', () => {
  it('is read where all is as it should be', () => {
    expect(parseVault(JSON.stringify(vault), '/v')).toEqual(vault);
    expect(parseVault(JSON.stringify({ ...vault, derivation: createDerivation('hkdf-sha256') }), '/v')).toBeDefined();
  });

  const scrypt = (changes: object): object => ({ ...vault, derivation: { ...derivation, ...changes } });
  it.each([
    ['nothing', ''],
    ['half a file', JSON.stringify(vault).slice(0, 100)],
    ['no version', JSON.stringify({ ...vault, v: undefined })],
    ['a cheap derivation', JSON.stringify(scrypt({ N: 1024 }))],
    ['one that eats the machine', JSON.stringify(scrypt({ N: 2 ** 20, r: 64 }))],
    ['an endless one', JSON.stringify(scrypt({ p: 1_000_000 }))],
    ['one that is no power of two', JSON.stringify(scrypt({ N: 2 ** 17 + 1 }))],
    ['a short salt', JSON.stringify(scrypt({ salt: 'AAAA' }))],
    ['a short tag', JSON.stringify({ ...vault, check: { ...sealed, tag: 'AAAA' } })],
    ['a short nonce', JSON.stringify({ ...vault, entries: { a: { ...sealed, nonce: 'AAAA' } } })],
    ['a name out of order', JSON.stringify(vault).replace('gateway-token/i-1', '../x')],
    ['more than we know', JSON.stringify({ ...vault, more: 1 })],
  ])('with %s is damaged', (_what, text) => {
    expect(() => parseVault(text, '/v')).toThrow(expect.objectContaining({ code: 'secrets.damaged' }) as Error);
  });

  it('of a newer Hardshell is left to that one', () => {
    expect(() => parseVault('{"v":2,"boxes":[]}', '/v')).toThrow(
      expect.objectContaining({ code: 'state.newer' }) as Error,
    );
  });
});
