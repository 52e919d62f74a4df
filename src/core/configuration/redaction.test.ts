import { describe, expect, it } from 'vitest';
import { REDACTED } from '../../shared/model/configuration.ts';
import { hideSecretLooks, redactText, redactValue } from './redaction.ts';

describe('a configuration that is shown', () => {
  it('hides the code that is the password of a ship, and no other code', () => {
    const ship = { url: 'https://ship.example', code: 'lidlut-tabwed-pillex-ridrup' };
    const hidden = { url: 'https://ship.example', code: REDACTED };
    const config = { channels: { tlon: { ...ship, accounts: { work: ship } }, other: { code: 'en' } } };
    expect(redactValue(config)).toEqual({
      channels: { tlon: { ...hidden, accounts: { work: hidden } }, other: { code: 'en' } },
    });
    expect(redactText('{ channels: { tlon: { code: "lidlut-tabwed-pillex-ridrup" } } }')).not.toContain('lidlut');
  });

  it.each([
    'token key api_key apikey secret access_token auth_token password pass passwd auth jwt session id_token code',
    'client_secret app_secret hook_token refresh_token signature sig credential authorization private_key',
    'X-Amz-Signature X-Amz-Security-Token X-Amz-Credential x-api-key x_auth_token my-own-token',
  ])('hides an address with one of %s in it', (names) => {
    for (const name of names.split(' ')) {
      const url = `https://mcp.example/sse?user=anna&${name}=abc12`;
      expect([name, redactValue({ url })]).toEqual([name, { url: REDACTED }]);
    }
  });

  it.each([
    ['https://feed.example/#access_token=abc12', REDACTED],
    ['https://abcdef123456@git.example/x', REDACTED],
    ['https://api.telegram.org/bot123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQ/getMe', REDACTED],
    ['https://docs.example/?page=2&monkey=x&passage=3&encode=utf8', undefined],
    ['ssh://git@git.example/x', undefined],
    ['https://docs.example/@anna/keys', undefined],
  ])('of %s hides what is secret, and no more', (url, hidden) => {
    expect(redactValue({ url })).toEqual({ url: hidden ?? url });
  });
});

it('a sentence that quotes a secret is told without it', () => {
  expect(hideSecretLooks('no such level: "sk-or-v1-0123456789abcdef", try info')).toBe(
    'no such level: "[redacted]", try info',
  );
});
