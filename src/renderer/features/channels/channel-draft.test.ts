import { describe, expect, it } from 'vitest';
import { buildWish, isSameWish, knownFields } from './channel-draft.ts';

const telegram = knownFields['telegram'] ?? [];

describe('a wish', () => {
  it('is what was filled in, secrets apart', () => {
    expect(buildWish('telegram', telegram, { botToken: ' 1:a ' })).toEqual({
      channel: 'telegram',
      settings: {},
      secrets: { botToken: '1:a' },
    });
  });

  it('is another one with another token or another channel, and its warnings are not those of the first', () => {
    const wish = buildWish('telegram', telegram, { botToken: '1:a' });
    expect(isSameWish(wish, buildWish('telegram', telegram, { botToken: '1:a ' }))).toBe(true);
    expect(isSameWish(wish, buildWish('telegram', telegram, { botToken: '2:b' }))).toBe(false);
    expect(isSameWish(wish, { ...wish, channel: 'discord' })).toBe(false);
    expect(isSameWish(undefined, wish)).toBe(false);
  });
});
