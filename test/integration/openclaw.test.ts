import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/shared/secret.ts';
import { parseConfig } from '../../src/core/openclaw/config-document.ts';
import { planConfigPatch, type GatewaySettings } from '../../src/core/openclaw/config-patch.ts';
import { dialer, gatewayContract, testIdentity } from '../../src/core/openclaw/gateway-client.contract.ts';
import { openGatewayClient, type GatewayClient } from '../../src/core/openclaw/gateway-client.ts';
import { setValue } from '../../src/core/openclaw/json5-edit.ts';
import { writeProviderKey } from '../../src/core/openclaw/provider-auth.ts';
import { buildSignInUrl, parseDashboard } from '../../src/core/openclaw/sign-in.ts';
import { expectValidConfig } from '../../src/core/openclaw/validate-result.ts';
import { findWorkspaceDir, planWorkspaceFile, splitInstructions } from '../../src/core/openclaw/workspace-files.ts';
import { startFakeModelProvider, type FakeModelProvider } from '../lab/fake-model-provider.ts';
import { freePort } from '../lab/free-port.ts';
import { openClawHome, writePrivate, type OpenClawHome, type RealGateway } from '../lab/real-gateway.ts';

const token = new Secret('a1'.repeat(32));
const key = new Secret('sk-or-v1-0123456789abcdef0123456789abcdef');
const instructions = 'Name: Barnacle\nEmoji: 🦀\n\nSpeak like a pirate, always.';

/** All that we know of OpenClaw, held against the real program: one gateway for the whole file. */
describe('the real OpenClaw', () => {
  let home: OpenClawHome;
  let gateway: RealGateway;
  let provider: FakeModelProvider;
  let port: number;
  let settings: GatewaySettings;
  let workspace: string;
  const connect = (): Promise<GatewayClient> =>
    openGatewayClient({ connect: dialer(port).connect, port, token, client: testIdentity });
  const expectProfiles = async (client: GatewayClient, profileIds: readonly string[]): Promise<void> => {
    const profiles = profileIds.map((profileId): unknown => expect.objectContaining({ profileId, type: 'api_key' }));
    const answer = await client.call('models.authStatus', {});
    const { providers } = answer as { providers: { provider: string; profiles: unknown[] }[] };
    expect(providers.find((one) => one.provider === 'openrouter')?.profiles ?? []).toEqual(profiles);
  };
  const probe = (client: GatewayClient): Promise<unknown> =>
    client.call('models.probe', { provider: 'openrouter' }, { timeoutMs: 120_000 });
  const readConfig = (): Promise<string> => readFile(home.configPath, 'utf8');

  beforeAll(async () => {
    home = await openClawHome();
    provider = await startFakeModelProvider(key.reveal(), 'Arr.');
    port = await freePort();
    settings = { port, token, telemetry: { enabled: false }, model: 'openrouter/auto' };
    const before = setValue(
      '// written by a person\n{ ui: { seamColor: "#ff0000" } }\n',
      ['models', 'providers', 'openrouter'],
      {
        baseUrl: provider.url,
        models: [],
      },
    );
    await writePrivate(home.configPath, planConfigPatch(before, settings).text);
    workspace = findWorkspaceDir(parseConfig(await readConfig()).value, home);
    await mkdir(workspace);
    for (const file of splitInstructions(instructions)) {
      const plan = planWorkspaceFile(undefined, file, false);
      if (plan.is === 'needed') await writePrivate(join(workspace, file.name), plan.text);
    }
    gateway = await home.startGateway(port);
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  it('accepts what we write, by its own validator', async () => {
    const text = await readConfig();
    expect(expectValidConfig(await home.openclaw(['config', 'validate', '--json']), text)).toEqual([]);
  });

  it('leaves openclaw.json as we wrote it when it starts: nothing is to be done the second time', async () => {
    const text = await readConfig();
    expect(text).toContain('// written by a person');
    expect(planConfigPatch(text, settings)).toEqual({ text, changes: [], severity: 'safe' });
    expect((await stat(home.configPath)).mode & 0o777).toBe(0o600);
  });

  gatewayContract(() => ({ port, token }));

  it('takes over a change of ours while it runs', async () => {
    const patch = planConfigPatch(await readConfig(), { ...settings, model: 'openrouter/openai/gpt-5-mini' });
    expect(patch.severity).toBe('safe');
    await using client = await connect();
    const primary = async (): Promise<unknown> => await client.call('config.get');
    await writePrivate(home.configPath, patch.text);
    await expect
      .poll(primary, { timeout: 60_000, interval: 250 })
      .toMatchObject({ config: { agents: { defaults: { model: { primary: 'openrouter/openai/gpt-5-mini' } } } } });
    await writePrivate(home.configPath, planConfigPatch(patch.text, settings).text);
    await expect
      .poll(primary, { timeout: 60_000, interval: 250 })
      .toMatchObject({ config: { agents: { defaults: { model: { primary: 'openrouter/auto' } } } } });
    expect(client.closed.aborted).toBe(false);
  });

  it('takes a provider key, keeps our settings, and asks the provider with it', async () => {
    await using client = await connect();
    await expectProfiles(client, []);
    await writeProviderKey(client, 'openrouter', key);
    await expectProfiles(client, ['openrouter:manual']);
    expect(planConfigPatch(await readConfig(), settings).changes).toEqual([]);
    expect(await readConfig()).not.toContain(key.reveal());
    expect(await probe(client)).toMatchObject({ status: 'ok' });
    expect(provider.requests.at(-1)?.authorization).toBe(`Bearer ${key.reveal()}`);
  });

  it('gives our instructions to the agent, and keeps them when it sets the workspace up', async () => {
    const written = await readFile(join(workspace, 'SOUL.md'), 'utf8');
    await using client = await connect();
    await expect(client.call('agent.identity.get', { agentId: 'main' })).resolves.toMatchObject({
      name: 'Barnacle',
      emoji: '🦀',
    });
    const answered = new Promise<unknown>((resolve) => {
      client.onEvent(({ event, payload }) => {
        if (event === 'chat' && /"state":"(final|error)"/.test(JSON.stringify(payload))) resolve(payload);
      });
    });
    await client.call(
      'chat.send',
      { sessionKey: 'agent:main:test', message: 'hello', idempotencyKey: 'test-1' },
      { timeoutMs: 120_000 },
    );
    expect(JSON.stringify(await answered)).toContain('Arr.');
    expect(provider.requests.at(-1)?.body).toContain('Speak like a pirate, always.');
    expect(await readFile(join(workspace, 'SOUL.md'), 'utf8')).toBe(written);
    const files = await readdir(workspace);
    expect(files).toContain('AGENTS.md');
    expect(files).not.toContain('BOOTSTRAP.md');
  });

  it('tells a rejected key from an accepted one', async () => {
    await using client = await connect();
    await writeProviderKey(client, 'openrouter', new Secret('sk-or-v1-wrong'));
    expect(await probe(client)).toMatchObject({ status: 'auth' });
    await expectProfiles(client, ['openrouter:manual']);
  });

  it('makes a sign-in address', async () => {
    const handOff = parseDashboard(await home.openclaw(['dashboard', '--json']));
    expect(buildSignInUrl(handOff, 'http://127.0.0.1:1').reveal()).toMatch(
      /^http:\/\/127\.0\.0\.1:1\/#bootstrapToken=[\w-]{40,}&bootstrapProfile=owner$/,
    );
    expect(Date.parse(handOff.expiresAt ?? '') - Date.now()).toBeGreaterThan(60_000);
  });

  it('says goodbye when it ends', async () => {
    const client = await connect();
    await gateway[Symbol.asyncDispose]();
    await expect.poll(() => client.closed.aborted).toBe(true);
    await expect(client.call('health')).rejects.toMatchObject({ code: 'gateway.unreachable' });
    await expect(connect()).rejects.toThrow('ECONNREFUSED');
  });
});
