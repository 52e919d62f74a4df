import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { parseConfig } from './config-document.ts';
import { planConfigPatch, type GatewaySettings } from './config-patch.ts';
import { readGatewayToken } from './gateway-token.ts';

const OURS = '0f'.repeat(32);
const wanted: GatewaySettings = { port: 18789, token: new Secret(OURS), telemetry: { enabled: false } };
const BASE = {
  gateway: {
    mode: 'local',
    bind: 'loopback',
    port: 18789,
    auth: { mode: 'token', token: OURS },
    controlUi: { allowedOrigins: ['http://127.0.0.1:18789', 'http://localhost:18789'] },
  },
  telemetry: { enabled: false },
};
const paths = (text: string | undefined, settings = wanted): string[] =>
  planConfigPatch(text, settings).changes.map(({ kind, path }) => `${kind} ${path}`);

describe('planConfigPatch', () => {
  it('writes a whole file where there is none, and finds nothing to do in it afterwards', () => {
    const first = planConfigPatch(undefined, wanted);
    expect(first.text).toBe(`${JSON.stringify(BASE, null, 2)}\n`);
    expect(first.severity).toBe('safe');
    expect(first.changes.every(({ kind }) => kind === 'added')).toBe(true);
    expect(planConfigPatch(first.text, wanted)).toEqual({ text: first.text, changes: [], severity: 'safe' });
  });

  it('keeps comments, order and what it does not know, byte for byte', () => {
    const before = `// mine
{
  channels: { telegram: { allowFrom: ['tg:1'] } }, // family
  gateway: {
    port: 0x4965, bind: 'lan', // for the TV
    auth: { token: 'theirs-0123456789abcdef0123456789' },
    controlUi: { allowedOrigins: ['https://tv.example', "http://localhost:18789"] },
  },
}
`;
    const { text, changes, severity } = planConfigPatch(before, wanted);
    expect(text).toBe(`// mine
{
  channels: { telegram: { allowFrom: ['tg:1'] } }, // family
  gateway: {
    port: 0x4965, bind: "loopback", // for the TV
    auth: { token: 'theirs-0123456789abcdef0123456789', "mode": "token" },
    controlUi: { allowedOrigins: ['https://tv.example', "http://localhost:18789", "http://127.0.0.1:18789"] },
    "mode": "local",
  },
  "telemetry": {
    "enabled": false
  },
}
`);
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'added gateway.mode',
      'changed gateway.bind',
      'added gateway.auth.mode',
      'changed gateway.controlUi.allowedOrigins',
      'added telemetry.enabled',
    ]);
    expect(severity).toBe('restart');
  });

  it('calls only what a running gateway cannot take over a restart', () => {
    const text = JSON.stringify({ ...BASE, telemetry: { enabled: true } });
    expect(planConfigPatch(text, wanted)).toMatchObject({
      severity: 'safe',
      changes: [{ path: 'telemetry.enabled', kind: 'changed' }],
    });
    expect(planConfigPatch(JSON.stringify(BASE), { ...wanted, port: 19000 })).toMatchObject({ severity: 'restart' });
  });

  it.each([
    ['a published example', { token: 'change-me-now' }, 'changed gateway.auth.token'],
    ['a blank one', { token: ' ' }, 'changed gateway.auth.token'],
    ['none', {}, 'added gateway.auth.token'],
  ])('puts our token in the place of %s', (_name, auth, change) => {
    const text = JSON.stringify({ ...BASE, gateway: { ...BASE.gateway, auth: { mode: 'token', ...auth } } });
    expect(paths(text)).toEqual([change]);
    expect(readGatewayToken(planConfigPatch(text, wanted).text)).toEqual({ kind: 'plain', token: new Secret(OURS) });
  });

  it.each([
    ['a token that is there', 'somebody-elses-token'],
    ['a variable', '${OPENCLAW_GATEWAY_TOKEN}'],
    ['a SecretRef', { source: 'store', provider: 'default', id: 'GATEWAY_TOKEN' }],
  ])('keeps %s', (_name, token) => {
    const text = JSON.stringify({ ...BASE, gateway: { ...BASE.gateway, auth: { mode: 'token', token } } });
    expect(planConfigPatch(text, wanted).text).toBe(text);
  });

  it.each([
    ['is not there', undefined, []],
    ['is right', { token: OURS }, []],
    ['is old', { token: 'old' }, ['changed gateway.remote.token']],
    ['is old, for a forward', { url: 'ws://localhost:18789', token: 'old' }, ['changed gateway.remote.token']],
    ['is for another gateway', { url: 'wss://other.example', token: 'old' }, []],
    ['is for another gateway with a name like ours', { url: 'wss://localhost.example', token: 'old' }, []],
    ['lies elsewhere', { token: { source: 'env', provider: 'default', id: 'X' } }, []],
  ])('where gateway.remote.token %s', (_name, remote, changes) => {
    const text = JSON.stringify({ ...BASE, gateway: { ...BASE.gateway, ...(remote === undefined ? {} : { remote }) } });
    expect(paths(text)).toEqual(changes);
  });

  it('dates the consent when telemetry is switched on, and only then', () => {
    const on: GatewaySettings = { ...wanted, telemetry: { enabled: true, consentedAt: '2026-09-01T00:00:00.000Z' } };
    const first = planConfigPatch(JSON.stringify(BASE), on);
    expect(JSON5.parse(first.text)).toMatchObject({
      telemetry: { enabled: true, consentedAt: '2026-09-01T00:00:00.000Z' },
    });
    const later: GatewaySettings = { ...on, telemetry: { enabled: true, consentedAt: '2027-01-01T00:00:00.000Z' } };
    expect(planConfigPatch(first.text, later).changes).toEqual([]);
  });

  it.each([
    [{}, { primary: 'google/x' }, 'added agents.defaults.model.primary'],
    [{ model: 'openai/y' }, 'google/x', 'changed agents.defaults.model'],
    [
      { model: { primary: 'openai/y', fallbacks: ['z/z'] } },
      { primary: 'google/x', fallbacks: ['z/z'] },
      'changed agents.defaults.model.primary',
    ],
  ])('sets the model in %j', (defaults, model, change) => {
    const text = JSON.stringify({ ...BASE, agents: { defaults } });
    const settings = { ...wanted, model: 'google/x' };
    expect(paths(text, settings)).toEqual([change]);
    expect(parseConfig(planConfigPatch(text, settings).text).value).toMatchObject({ agents: { defaults: { model } } });
  });

  it('sets the bot token, and takes away the file that would win over it', () => {
    const text = JSON.stringify({ ...BASE, channels: { telegram: { tokenFile: '/x', dmPolicy: 'pairing' } } });
    const settings: GatewaySettings = { ...wanted, telegram: { botToken: new Secret('123456:ABCDEFGHIJ') } };
    expect(paths(text, settings)).toEqual([
      'added channels.telegram.enabled',
      'added channels.telegram.botToken',
      'removed channels.telegram.tokenFile',
    ]);
    expect(parseConfig(planConfigPatch(text, settings).text).value['channels']).toEqual({
      telegram: { dmPolicy: 'pairing', enabled: true, botToken: '123456:ABCDEFGHIJ' },
    });
  });

  it('keeps every key of any file, and has nothing to do the second time', () => {
    const anything = fc.dictionary(
      fc.constantFrom('gateway', 'telemetry', 'channels', 'x', 'a.b', '$include'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anything, fc.boolean(), (config, pretty) => {
        const text = JSON.stringify(config, null, pretty ? 4 : 0);
        const patch = planConfigPatch(text, wanted);
        expect(Object.keys(parseConfig(patch.text).value)).toEqual(expect.arrayContaining(Object.keys(config)));
        expect(planConfigPatch(patch.text, wanted)).toEqual({ text: patch.text, changes: [], severity: 'safe' });
      }),
    );
  });
});

describe('parseConfig', () => {
  it.each([
    ['{gateway: {token: "SECRETVALUE', 1, 31],
    ['{\n  a: 1\n  b: 2\n}', 3, 3],
    ['', 1, 1],
    ['[]', 1, 1],
  ])('refuses %j, says where, and quotes nothing of it', (text, line, column) => {
    try {
      parseConfig(text);
      expect.unreachable();
    } catch (error) {
      if (!isAppError(error, 'config.unreadable')) throw error;
      expect(error.details).toEqual({ line, column });
      expect(JSON.stringify(error.toReport())).not.toContain('SECRET');
      expect(error.cause).toBeUndefined();
    }
  });
});

describe('the public way', () => {
  const open = { ...wanted, ingress: { origin: 'https://claw.example.com', proxy: '127.0.0.1' } };
  const read = (text: string): unknown => (parseConfig(text).value as { gateway: unknown }).gateway;

  it('names exactly the proxy and the origin, and restarts nothing', () => {
    const first = planConfigPatch(`${JSON.stringify(BASE)}\n`, open);
    expect(first.severity).toBe('safe');
    expect(read(first.text)).toMatchObject({
      trustedProxies: ['127.0.0.1'],
      publicOrigin: 'https://claw.example.com',
      controlUi: { allowedOrigins: [...BASE.gateway.controlUi.allowedOrigins, 'https://claw.example.com'] },
    });
    expect(planConfigPatch(first.text, open).changes).toEqual([]);
  });

  it('goes with the name: the origin that was is taken off the list, those of others stay', () => {
    const before = JSON.stringify({
      gateway: {
        publicOrigin: 'https://old.example.com',
        trustedProxies: ['10.0.0.0/8'],
        controlUi: { allowedOrigins: ['https://tv.example', 'https://old.example.com'] },
      },
    });
    const { text } = planConfigPatch(before, open);
    expect(read(text)).toMatchObject({
      trustedProxies: ['127.0.0.1'],
      publicOrigin: 'https://claw.example.com',
      controlUi: {
        allowedOrigins: ['https://tv.example', ...BASE.gateway.controlUi.allowedOrigins, 'https://claw.example.com'],
      },
    });
  });

  it('is gone without a trace where a tunnel takes its place', () => {
    const text = `${JSON.stringify(BASE, null, 2)}\n`;
    const opened = planConfigPatch(text, open).text;
    const closed = planConfigPatch(opened, { ...wanted, ingress: { proxy: '127.0.0.1' } });
    expect(JSON5.parse(closed.text)).toEqual(BASE);
    expect(closed.severity).toBe('safe');
    expect(planConfigPatch(text, { ...wanted, ingress: { proxy: '127.0.0.1' } }).changes).toEqual([]);
  });
});
