import { describe, expect, it } from 'vitest';
import { findLoss } from './docker-checks.ts';

const before = `{ gateway: { port: 18789, controlUi: { allowedOrigins: ['https://a.example', 'https://b.example'] } }, // mine
  agents: { defaults: { userTimezone: 'Etc/UTC' } }, channels: { telegram: { enabled: true } } }`;
const parsed = {
  gateway: { port: 18789, controlUi: { allowedOrigins: ['https://a.example', 'https://b.example'] } },
  agents: { defaults: { userTimezone: 'Etc/UTC' } },
  channels: { telegram: { enabled: true } },
};

describe('findLoss', () => {
  it.each([
    ['the same in other words', JSON.stringify(parsed), undefined],
    ['what a migration adds', JSON.stringify({ ...parsed, meta: { lastTouchedVersion: '2026.9.6' } }), undefined],
    ['a file that is gone', undefined, 'openclaw.json is gone'],
    ['half a file', '{ "gateway": {', 'openclaw.json cannot be read any more'],
    ['a part that is gone', JSON.stringify({ ...parsed, channels: undefined }), 'openclaw.json has lost channels'],
    [
      'an origin that is gone',
      JSON.stringify({ ...parsed, gateway: { port: 1, controlUi: { allowedOrigins: ['https://a.example'] } } }),
      'openclaw.json does not allow https://b.example any more',
    ],
  ])('%s', (_, after, expected) => {
    expect(findLoss(before, after)).toBe(expected);
  });

  it('notices that little is left of it', () => {
    const large = JSON.stringify({
      agents: { list: Array.from({ length: 50 }, (_, index) => `agent ${String(index)}`) },
    });
    expect(findLoss(large, '{"agents":{}}')).toMatch(/has shrunk to \d %/);
  });
});
