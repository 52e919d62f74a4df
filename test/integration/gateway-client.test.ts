import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/shared/secret.ts';
import { planConfigPatch, type GatewaySettings } from '../../src/core/openclaw/config-patch.ts';
import { dialer, gatewayContract, testIdentity } from '../../src/core/openclaw/gateway-client.contract.ts';
import { openGatewayClient } from '../../src/core/openclaw/gateway-client.ts';
import { expectValidConfig } from '../../src/core/openclaw/validate-result.ts';
import { freePort } from '../lab/free-port.ts';
import { openClawHome, writePrivate, type OpenClawHome, type RealGateway } from '../lab/real-gateway.ts';

const token = new Secret('a1'.repeat(32));

describe('the real gateway', () => {
  let home: OpenClawHome;
  let gateway: RealGateway;
  let port: number;
  let settings: GatewaySettings;

  beforeAll(async () => {
    home = await openClawHome();
    port = await freePort();
    settings = { port, token, telemetry: { enabled: false }, model: 'openrouter/auto' };
    const patch = planConfigPatch('// written by a person\n{\n  ui: { seamColor: "#ff0000" },\n}\n', settings);
    await writePrivate(home.configPath, patch.text);
    gateway = await home.startGateway(port);
  });
  afterAll(async () => home[Symbol.asyncDispose]());

  it('accepts what we write, by its own validator', async () => {
    const text = await readFile(home.configPath, 'utf8');
    expect(expectValidConfig(await home.openclaw(['config', 'validate', '--json']), text)).toEqual([]);
  });

  it('leaves openclaw.json as we wrote it when it starts: nothing is to be done the second time', async () => {
    const text = await readFile(home.configPath, 'utf8');
    expect(text).toContain('// written by a person');
    expect(planConfigPatch(text, settings)).toEqual({ text, changes: [], severity: 'safe' });
    expect((await stat(home.configPath)).mode & 0o777).toBe(0o600);
  });

  gatewayContract(() => ({ port, token }));

  it('takes over a change of ours while it runs', async () => {
    const text = await readFile(home.configPath, 'utf8');
    const patch = planConfigPatch(text, { ...settings, model: 'openrouter/openai/gpt-5-mini' });
    expect(patch.severity).toBe('safe');
    await using client = await openGatewayClient({ connect: dialer(port).connect, port, token, client: testIdentity });
    await writePrivate(home.configPath, patch.text);
    await expect
      .poll(() => client.call('config.get'), { timeout: 20_000, interval: 250 })
      .toMatchObject({ config: { agents: { defaults: { model: { primary: 'openrouter/openai/gpt-5-mini' } } } } });
    expect(client.closed.aborted).toBe(false);
  });

  it('says goodbye when it ends', async () => {
    const client = await openGatewayClient({ connect: dialer(port).connect, port, token, client: testIdentity });
    await gateway[Symbol.asyncDispose]();
    await expect.poll(() => client.closed.aborted).toBe(true);
    await expect(client.call('health')).rejects.toMatchObject({ code: 'gateway.unreachable' });
    await expect(
      openGatewayClient({ connect: dialer(port).connect, port, token, client: testIdentity, timeoutMs: 2000 }),
    ).rejects.toThrow('ECONNREFUSED');
  });
});
