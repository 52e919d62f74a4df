import { describe, expect, it } from 'vitest';
import { sshKeyWishSchema } from './ssh-key.ts';

describe('what may become of a key and of passwords', () => {
  it.each([
    ['install', 'as-is', true],
    ['install', 'off', true],
    ['as-is', 'on', true],
    ['remove', 'as-is', true],
    ['remove', 'on', true],
    ['remove', 'off', false],
    ['as-is', 'off', false],
    ['as-is', 'as-is', false],
    ['install', 'on', false],
  ])('%s and %s: %s', (key, passwords, makesSense) => {
    expect(sshKeyWishSchema.safeParse({ key, passwords }).success).toBe(makesSense);
  });
});
