import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { providerSchema } from '../../shared/model/spec.ts';
import { Secret } from '../../shared/secret.ts';
import { openFakeGateway } from './fake/fake-gateway.ts';
import { dialer, testIdentity } from './gateway-client.contract.ts';
import { openGatewayClient, type GatewayClient } from './gateway-client.ts';
import { defaultModel, fingerprintKey, writeProviderKey } from './provider-auth.ts';

const KEY = new Secret('sk-or-v1-0123456789abcdef');

async function withGateway<T>(
  methods: Record<string, (params: unknown) => unknown>,
  work: (client: GatewayClient) => Promise<T>,
): Promise<T> {
  await using gateway = await openFakeGateway({ token: 't', methods });
  await using client = await openGatewayClient({
    connect: dialer(gateway.port).connect,
    port: gateway.port,
    token: new Secret('t'),
    client: testIdentity,
  });
  return await work(client);
}

describe('keys of model providers', () => {
  it('go in under the name that OpenClaw has for the provider', async () => {
    const asked: unknown[] = [];
    const answer = (params: unknown): unknown => {
      asked.push(params);
      return { provider: 'google', profileId: 'google:manual' };
    };
    await withGateway({ 'models.authSetApiKey': answer }, (client) => writeProviderKey(client, 'gemini', KEY));
    expect(asked).toEqual([{ provider: 'google', apiKey: KEY.reveal() }]);
  });

  it('do not appear in the error when the gateway refuses them', async () => {
    const failure = await withGateway({}, (client) =>
      writeProviderKey(client, 'gemini', KEY).catch((error: unknown) => error),
    );
    expect(failure).toMatchObject({ code: 'gateway.rpc' });
    expect(inspect(failure, { depth: 10 })).not.toContain(KEY.reveal());
  });

  it('are told apart by their fingerprints, for who has the token', () => {
    const token = new Secret('a'.repeat(64));
    const mark = fingerprintKey('openrouter', KEY, token);
    expect(mark).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprintKey('openrouter', KEY, token)).toBe(mark);
    expect(fingerprintKey('openrouter', new Secret('other'), token)).not.toBe(mark);
    expect(fingerprintKey('openai', KEY, token)).not.toBe(mark);
    expect(fingerprintKey('openrouter', KEY, new Secret('b'.repeat(64)))).not.toBe(mark);
  });

  it('have a model to begin with', () => {
    for (const provider of providerSchema.options) expect(defaultModel(provider)).toMatch(/^[a-z]+\/[\w.-]+$/);
  });
});
