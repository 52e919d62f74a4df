import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

describe('a secret', () => {
  const value = 'hunter2-0123456789';
  const secret = new Secret(value);

  it('is given away by reveal alone', () => {
    expect(secret.reveal()).toBe(value);
    const seen = [
      String(secret),
      'a text with ' + String(secret),
      JSON.stringify({ secret, list: [secret] }),
      inspect(secret),
      inspect({ deep: { secret } }, { depth: 9, showHidden: true, getters: true }),
      Object.entries(secret).join(),
      Reflect.ownKeys(secret).join(),
      JSON.stringify(structuredClone(Object.assign({}, secret))),
      new Error('with', { cause: secret }).stack ?? '',
    ];
    for (const text of seen) expect(text).not.toContain('hunter2');
    expect(seen.slice(0, 4)).toEqual([
      '[redacted]',
      'a text with [redacted]',
      '{"secret":"[redacted]","list":["[redacted]"]}',
      '[redacted]',
    ]);
  });

  it('equals one of the same value', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(new Secret(a).equals(new Secret(b))).toBe(a === b);
      }),
    );
  });
});
