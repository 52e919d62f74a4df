import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ProviderChoice } from '../../shared/model/models.ts';
import type { Provider } from '../../shared/model/spec.ts';
import { Secret } from '../../shared/secret.ts';
import { tryProviderKey } from './key-check.ts';

const key = new Secret('sk-test-0123456789');
const known = (provider: Provider): ProviderChoice => ({ kind: 'known', provider });

/** Answers every question alike, and keeps what was asked. */
async function provider(status: number, body: unknown) {
  const asked: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    response.writeHead(status, { 'content-type': 'application/json', location: 'http://127.0.0.1:1/' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    asked,
    url,
    apis: { openrouter: url, anthropic: url, gemini: url, openai: url },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a key is tried', () => {
  it('at OpenRouter, which says what is left of it', async () => {
    await using fake = await provider(200, { data: { usage: 1.8, limit: 6, limit_remaining: 4.2 } });
    const { check } = await tryProviderKey(known('openrouter'), key, { apis: fake.apis });
    expect(check).toEqual({ tested: true, says: 'The key works: $4.20 are left.', usedUsd: 1.8, leftUsd: 4.2 });
    expect(fake.asked).toMatchObject([{ path: '/key', headers: { authorization: `Bearer ${key.reveal()}` } }]);
  });

  it('at OpenRouter without a limit', async () => {
    await using fake = await provider(200, { data: { usage: 0, limit: null, limit_remaining: null } });
    const { check } = await tryProviderKey(known('openrouter'), key, { apis: fake.apis });
    expect(check.says).toBe('The key works and has no limit.');
  });

  it('at OpenRouter, and refused when nothing is left', async () => {
    await using fake = await provider(200, { data: { usage: 6, limit: 6, limit_remaining: 0 } });
    await expect(tryProviderKey(known('openrouter'), key, { apis: fake.apis })).rejects.toMatchObject({
      code: 'provider.key-limit',
    });
  });

  it.each([
    ['anthropic', { data: [{ id: 'claude' }] }, { 'x-api-key': key.reveal(), 'anthropic-version': '2023-06-01' }],
    ['openai', { data: [{ id: 'gpt' }] }, { authorization: `Bearer ${key.reveal()}` }],
    ['gemini', { models: [{ name: 'models/gemini' }] }, { 'x-goog-api-key': key.reveal() }],
  ] as const)('at %s, by its list of models, and stands in no address', async (name, body, headers) => {
    await using fake = await provider(200, body);
    const { check, models } = await tryProviderKey(known(name), key, { apis: fake.apis });
    expect([check.models, models.length]).toEqual([1, 1]);
    expect(fake.asked[0]?.headers).toMatchObject(headers);
    expect(fake.asked[0]?.path).not.toContain(key.reveal());
  });

  it('at a provider of one’s own', async () => {
    await using fake = await provider(200, { data: [{ id: 'm1' }, { id: 'm2' }] });
    const choice: ProviderChoice = { kind: 'custom', id: 'acme', baseUrl: `${fake.url}/v1` };
    expect((await tryProviderKey(choice, key)).models).toEqual(['m1', 'm2']);
    expect(fake.asked[0]?.path).toBe('/v1/models');
  });
});

describe('what goes wrong is said plainly', () => {
  it.each([
    [401, { error: { message: 'User not found.' } }, 'provider.key-rejected'],
    [402, { error: { message: 'Insufficient credits' } }, 'provider.no-credit'],
    [403, { error: { message: 'Key limit exceeded' } }, 'provider.key-limit'],
    [400, { error: { message: 'API key not valid.' } }, 'provider.key-rejected'],
    [429, { error: { message: 'You exceeded your current quota' } }, 'provider.no-credit'],
    [500, 'Internal Server Error', 'provider.unreachable'],
    [302, {}, 'provider.unreachable'],
    [200, '<html>', 'provider.unreachable'],
  ])('an answer of %i', async (status, body, code) => {
    await using fake = await provider(status, body);
    await expect(tryProviderKey(known('openai'), key, { apis: fake.apis })).rejects.toMatchObject({ code });
  });

  it('also when nobody is there, without the key in it', async () => {
    const refused = await tryProviderKey(known('openai'), key, { apis: { openai: 'http://127.0.0.1:1' } }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: 'provider.unreachable' });
    expect(JSON.stringify(refused)).not.toContain(key.reveal());
  });

  it('a key that the provider quotes is struck out', async () => {
    await using fake = await provider(401, { error: { message: `Incorrect API key provided: ${key.reveal()}` } });
    const refused = await tryProviderKey(known('openai'), key, { apis: fake.apis }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ details: { reason: 'Incorrect API key provided: …' } });
  });
});
