import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import type { ProviderChoice } from '../../shared/model/models.ts';
import { Secret } from '../../shared/secret.ts';
import type { StateStore } from '../state/state-store.ts';
import { createTalk } from './gateway-talk.ts';
import { createModels } from './models.ts';

const key = new Secret('a-new-key-0123456789');
const box = {
  api: 'anthropic-messages',
  baseUrl: 'https://box.example',
  apiKey: 'hidden',
  headers: { 'x-team': 'a' },
  models: [{ id: 'm1', contextWindow: 200_000, cost: { input: 1 } }],
};

/** A gateway that merges patches and keeps keys, and a list of models at this computer. */
async function open(providers: Readonly<Record<string, unknown>> = {}, target: Record<string, unknown> = {}) {
  const patches: unknown[] = [];
  const given: unknown[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { authorization, 'x-api-key': apiKey } = request.headers;
    asked.push(`${request.url ?? ''} ${authorization ?? String(apiKey)}`);
    response.end(JSON.stringify({ data: [{ id: 'm1' }, { id: 'm2' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const link = {
    call: (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
      if (method === 'config.get') return Promise.resolve({ hash: 'h1', parsed: { models: { providers } } });
      if (method === 'config.patch') patches.push(params['raw']);
      if (method === 'models.authSetApiKey') given.push(params);
      if (method !== 'models.authStatus') return Promise.resolve({ ok: true });
      const stored = { provider: 'mistral', status: 'static', profiles: [{ profileId: 'mistral:manual' }] };
      return Promise.resolve({ providers: [stored] });
    },
  };
  const instance = anInstance(target);
  const models = createModels({
    find: () => Promise.resolve({ instance }),
    withGateway: (_name, _options, work) => work(createTalk(instance, link, undefined)),
    state: {} as StateStore,
    deeds: { note: () => Promise.resolve(), list: () => Promise.resolve([]), forget: () => Promise.resolve() },
    readToken: () => Promise.resolve(undefined),
  });
  return {
    models,
    asked,
    given,
    /** What was merged into the providers, one patch after another. */
    merged: () =>
      patches.map((raw) => (JSON.parse(String(raw)) as { models: { providers: unknown } }).models.providers),
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const local = { target: { kind: 'local' } };
const custom = (port: number, host = '127.0.0.1', path = '/v1'): ProviderChoice => ({
  kind: 'custom',
  id: 'box',
  baseUrl: `http://${host}:${String(port)}${path}`,
});

describe('another key of a provider of one’s own', () => {
  it('leaves everything else of it as it is', async () => {
    await using gateway = await open({ box }, local);
    await gateway.models.setKey('research', custom(gateway.port), key);
    const baseUrl = `http://127.0.0.1:${String(gateway.port)}/v1`;
    expect(gateway.merged()).toEqual([{ box: { apiKey: key.reveal(), baseUrl } }]);
  });

  it.each([
    ['openai-responses', '/v1', `/v1/models Bearer ${key.reveal()}`],
    ['anthropic-messages', '/anthropic', `/anthropic/v1/models?limit=1000 ${key.reveal()}`],
  ])('is tried as it speaks: %s', async (api, path, question) => {
    await using gateway = await open({ box: { ...box, api } }, local);
    const choice = custom(gateway.port, '127.0.0.1', path);
    expect(await gateway.models.setKey('research', choice, key)).toMatchObject({ tested: true });
    expect(gateway.asked).toEqual([question]);
  });

  it('is sent nowhere where it is not known how it speaks, and can be kept', async () => {
    await using gateway = await open({ box: { ...box, api: 'ollama' } }, local);
    const choice = custom(gateway.port);
    await expect(gateway.models.setKey('research', choice, key)).rejects.toMatchObject({
      code: 'provider.unreachable',
      message: expect.stringContaining('ollama') as unknown,
    });
    expect(await gateway.models.setKey('research', choice, key, { untested: true })).toMatchObject({ tested: false });
    expect(gateway.asked).toEqual([]);
  });

  it('comes with how it speaks and what it offers where that is not known yet', async () => {
    await using gateway = await open({ box: { models: [] } }, local);
    await gateway.models.setKey('research', custom(gateway.port), key);
    expect(gateway.merged()).toMatchObject([
      { box: { api: 'openai-completions', models: [{ id: 'm1', name: 'm1' }, { id: 'm2' }] } },
    ]);
  });

  it('is taken away without its address, its headers and its models', async () => {
    await using gateway = await open({ box, bare: { apiKey: 'hidden' } });
    await gateway.models.removeKey('research', 'box');
    await gateway.models.removeKey('research', 'bare');
    expect(gateway.merged()).toEqual([{ box: { apiKey: null } }, { bare: null }]);
  });
});

describe('a key of a provider that the gateway lists', () => {
  const listed = (id: string): ProviderChoice => ({ kind: 'listed', id });

  it('goes where the gateway keeps keys, and not into its configuration', async () => {
    await using gateway = await open({ mistral: { baseUrl: 'https://api.mistral.ai/v1' } });
    const check = await gateway.models.setKey('research', listed('mistral'), key, { untested: true });
    expect(check.tested).toBe(false);
    expect(gateway.given).toEqual([{ provider: 'mistral', apiKey: key.reveal() }]);
    expect(gateway.merged()).toEqual([]);
  });

  it('goes into the configuration where that has one', async () => {
    await using gateway = await open({ mistral: { apiKey: 'hidden' } });
    await gateway.models.setKey('research', listed('mistral'), key, { untested: true });
    expect([gateway.given, gateway.merged()]).toEqual([[], [{ mistral: { apiKey: key.reveal() } }]]);
  });

  it('is not said to be right: its address is not known here', async () => {
    await using gateway = await open();
    await expect(gateway.models.setKey('research', listed('mistral'), key)).rejects.toMatchObject({
      code: 'provider.unreachable',
      message: expect.stringContaining('mistral') as unknown,
    });
    expect(gateway.given).toEqual([]);
  });
});

describe('a provider on the machine of the gateway', () => {
  const docker = { target: { kind: 'docker' } };
  it.each([
    ['a server', {}, '127.0.0.1'],
    ['a server', {}, 'localhost'],
    ['a server', {}, '[::1]'],
    ['a server', {}, 'host.docker.internal'],
    ['a container of this computer', docker, '127.0.0.1'],
  ])('of %s is not looked for at this computer: no key is sent', async (_, target, host) => {
    await using gateway = await open({}, target);
    const choice = custom(gateway.port, host);
    const refused = { code: 'provider.unreachable', message: expect.stringContaining(host) as unknown };
    await expect(gateway.models.tryKey('research', choice, key)).rejects.toMatchObject(refused);
    await expect(gateway.models.setKey('research', choice, key)).rejects.toMatchObject(refused);
    expect(await gateway.models.setKey('research', choice, key, { untested: true })).toMatchObject({ tested: false });
    expect(gateway.asked).toEqual([]);
    expect(gateway.merged()).toHaveLength(1);
  });

  it('that is this computer is asked', async () => {
    await using gateway = await open({}, local);
    expect(await gateway.models.tryKey('research', custom(gateway.port), key)).toMatchObject({ models: 2 });
    expect(gateway.asked).toEqual([`/v1/models Bearer ${key.reveal()}`]);
  });
});
