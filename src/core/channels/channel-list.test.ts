import { describe, expect, it } from 'vitest';
import { listFields, lookupSchema } from './channel-fields.ts';
import { channelStatusSchema, listChannels, listRequests, pairingListSchema } from './channel-list.ts';

const at = Date.parse('2026-11-21T19:51:57.446Z');
const account = { accountId: 'default', enabled: true, configured: true, running: true, connected: true };
const status = (more: object) =>
  channelStatusSchema.parse({
    channelLabels: { telegram: 'Telegram' },
    channelAccounts: { telegram: [{ ...account, lastError: null, ...more }] },
  });
const config = { channels: { defaults: {}, telegram: { dmPolicy: 'pairing', allowFrom: [777] } } };

describe('the channels of an instance', () => {
  it('are those of its config, with what the gateway says of them', () => {
    const probe = { ok: true, error: null, bot: { id: 1, username: 'fakebot' } };
    expect(listChannels(config, status({ probe, lastConnectedAt: at }))).toEqual([
      {
        id: 'telegram',
        label: 'Telegram',
        account: 'default',
        state: 'connected',
        identity: '@fakebot',
        bot: 'telegram:1',
        lastConnectedAt: '2026-11-21T19:51:57.446Z',
        allowed: ['777'],
        policy: 'pairing',
        scans: false,
      },
    ]);
  });

  it.each([
    [{ connected: false }, 'connecting'],
    [{ connected: false, lastError: '409: Conflict' }, 'failed'],
    [{ connected: false, lastError: 'Telegram getUpdates conflict', probe: { ok: true } }, 'failed'],
    [{ connected: undefined, probe: { ok: true } }, 'connected'],
    [{ running: false }, 'stopped'],
    [{ running: false, lastError: 'Unauthorized' }, 'failed'],
    [{ enabled: false }, 'off'],
    [{ configured: false }, 'unconfigured'],
  ])('with %j are %s', (more, state) => {
    expect(listChannels(config, status(more))[0]?.state).toBe(state);
  });

  it('are not those that were taken out of the config, and are those that are not loaded', () => {
    expect(listChannels({ channels: {} }, status({}))).toEqual([]);
    const unloaded = listChannels({ channels: { discord: { enabled: true } } }, status({}));
    expect(unloaded).toMatchObject([{ id: 'discord', label: 'Discord', state: 'stopped' }]);
  });
});

it('who asks is called as they call themselves', () => {
  const request = { requestId: 'r', channel: 'telegram', senderId: '777', createdAt: '2026-11-21T19:58:27.503Z' };
  const list = pairingListSchema.parse({
    requests: [
      { ...request, metadata: { username: 'ann', firstName: 'Ann' } },
      { ...request, metadata: { firstName: 'Bob' } },
      request,
    ],
  });
  expect(listRequests(list).map(({ name }) => name)).toEqual(['@ann', 'Bob', undefined]);
});

describe('what a channel is given', () => {
  const help = [
    'Options:',
    '  --account <id>             Account id (default when omitted)',
    '  --app-token <token>        Slack app token',
    '  --bot-token <token>        Slack bot token',
    '  --channel <name>           Channel',
    '                             (telegram|whatsapp)',
    '  --mode <mode>              Slack connection mode',
    '  --use-env                  Use Slack environment credentials',
  ].join('\n');
  const found = lookupSchema.parse({
    children: [
      { key: 'enabled', type: 'boolean', hint: { advanced: false } },
      { key: 'mode', type: 'string', hint: { advanced: true } },
      { key: 'botToken', hint: { sensitive: true, advanced: false, help: 'For chats.' } },
      { key: 'appToken', hint: { sensitive: true, advanced: true } },
      { key: 'userToken', hint: { sensitive: true, advanced: true } },
      { key: 'signingSecret', hint: { sensitive: true, advanced: false, label: 'Signing secret' } },
      { key: 'actions', type: 'object', hint: { advanced: false } },
    ],
  });

  it('is what its help offers, and the secrets that everybody needs', () => {
    expect(listFields(help, found)).toEqual([
      { key: 'mode', label: 'Slack connection mode', secret: false, kind: 'text' },
      { key: 'botToken', label: 'Slack bot token', help: 'For chats.', secret: true, kind: 'text' },
      { key: 'appToken', label: 'Slack app token', secret: true, kind: 'text' },
      { key: 'signingSecret', label: 'Signing secret', secret: true, kind: 'text' },
    ]);
  });

  it('is still something when the help cannot be read', () => {
    expect(listFields('', found).map(({ key }) => key)).toEqual(['botToken', 'signingSecret']);
  });
});
