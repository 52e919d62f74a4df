import { CODE_OF_21 } from '../cli/scan-codes.ts';
import type { CallName, CallOutput, CallRequest } from '../../src/shared/contract/contract.ts';
import { now } from './fake-data.ts';

type AgentCall = Extract<CallName, `${'models' | 'channels' | 'files' | 'skills' | 'deeds'}.${string}`>;
type Handlers = { readonly [N in AgentCall]: (input: CallRequest<N>) => CallOutput<N> };

const HASH = '5f'.repeat(32);
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();

const names = [
  'anthropic/claude-sonnet-4.5',
  'moonshotai/kimi-k2.6',
  'mistralai/magistral-medium-2506',
  'qwen/qwen3-coder',
];
const models = [
  { ref: 'openrouter/auto', name: 'OpenRouter Auto', provider: 'openrouter', contextWindow: 200_000, available: true },
  { ref: 'acme/large-instruct-with-a-very-long-name-2026-11', name: 'Acme Large', provider: 'acme', available: true },
  ...Array.from({ length: 120 }, (_, index) => ({
    ref: `openrouter/${names[index % names.length] ?? ''}-${String(index)}`,
    name: `Model ${String(index)}`,
    provider: 'openrouter',
    available: index % 3 !== 0,
  })),
];

const soul =
  '# Who you are\n\nYou are Barnacle. You look after a small shipyard and its people.\n\n- Be brief.\n- Say when you do not know.\n';

/** Of an agent that is busy; `look=no-agent`: of one that nobody has set up. */
export function createAgentHandlers(look: string, refuse: (code: string, message: string) => never): Handlers {
  const isNew = look === 'no-agent';
  return {
    'models.read': () =>
      isNew
        ? { fallbacks: [], providers: [], models: [], incomplete: false }
        : {
            primary: 'openrouter/auto',
            fallbacks: ['acme/large-instruct-with-a-very-long-name-2026-11'],
            providers: [
              { id: 'openrouter', name: 'OpenRouter', key: 'stored', status: 'static', removable: true },
              {
                id: 'acme',
                name: 'acme',
                key: 'config',
                status: 'static',
                removable: true,
                baseUrl: 'https://llm.acme.example/v1',
              },
            ],
            models,
            incomplete: true,
          },
    'models.choose': () => null,
    'models.setKey': () =>
      look === 'refused'
        ? refuse('provider.unreachable', 'The model provider could not be asked whether the key is right.')
        : { tested: true, says: 'The key works: $4.20 are left.', leftUsd: 4.2 },
    'models.removeKey': () => null,
    'models.probe': () => ({ works: false, says: 'The provider rejected the credential.' }),
    'models.spend': () => ({
      today: { usd: isNew ? 0 : 0.38, tokens: isNew ? 0 : 41_200 },
      week: { usd: isNew ? 0 : 3.1, tokens: isNew ? 0 : 380_000 },
      month: { usd: isNew ? 0 : 12.87, tokens: isNew ? 0 : 1_502_334 },
      unpriced: isNew ? 0 : 3,
      daily: [],
      byModel: isNew ? [] : [{ model: 'openrouter/auto', usd: 12.87, tokens: 1_502_334 }],
    }),
    'channels.list': () =>
      isNew
        ? { channels: [], requests: [], ownerMissing: true }
        : {
            channels: [
              {
                id: 'telegram',
                label: 'Telegram',
                account: 'default',
                state: 'connected',
                identity: '@barnacle_bot',
                allowed: ['777', '1234567'],
                policy: 'pairing',
                lastInboundAt: ago(4),
                alsoAt: 'cellar',
                scans: false,
              },
              {
                id: 'discord',
                label: 'Discord',
                account: 'default',
                state: 'failed',
                lastError: 'Failed to resolve Discord application id: 401 Unauthorized',
                allowed: [],
                scans: false,
              },
              { id: 'whatsapp', label: 'WhatsApp', account: 'default', state: 'stopped', allowed: [], scans: true },
            ],
            requests: [
              {
                requestId: 'r1',
                channel: 'telegram',
                account: 'default',
                sender: '777000111',
                name: '@ann_of_the_harbour',
                createdAt: ago(2),
              },
            ],
            ownerMissing: true,
          },
    'channels.kinds': () => [
      { id: 'discord', label: 'Discord' },
      { id: 'slack', label: 'Slack' },
      { id: 'telegram', label: 'Telegram' },
      { id: 'whatsapp', label: 'WhatsApp' },
    ],
    'channels.fields': () => [
      { key: 'botToken', label: 'Slack bot token', secret: true, kind: 'text' },
      { key: 'appToken', label: 'Slack app token', help: 'For Socket Mode.', secret: true, kind: 'text' },
      { key: 'mode', label: 'Slack connection mode', secret: false, kind: 'text' },
      { key: 'userTokenReadOnly', label: 'Only read with the user token', secret: false, kind: 'switch' },
    ],
    'channels.add': () =>
      refuse(
        'channel.doubtful',
        'Your instance cellar answers as @barnacle_bot already: two that answer as one bot take each other’s messages. Make a new bot for this one.',
      ),
    'channels.remove': () => null,
    'channels.restart': () => null,
    'channels.stop': () => null,
    'channels.approve': () => null,
    'channels.approveCode': () => null,
    'channels.dismiss': () => null,
    'channels.login': ({ before, anew = false }) => {
      // as OpenClaw does where a phone is linked: no code before that is wanted
      if (before !== undefined) return { connected: true, says: 'Linked.' };
      return anew
        ? { connected: false, says: 'The phone is to scan within a minute.', qr: CODE_OF_21 }
        : { connected: false, says: 'WhatsApp is already linked (+49…).' };
    },
    'files.list': () => [
      { name: 'IDENTITY.md', there: true, bytes: 180, changedAt: ago(6000) },
      { name: 'SOUL.md', there: true, bytes: 2400, changedAt: ago(90) },
      { name: 'AGENTS.md', there: true, bytes: 7900, changedAt: ago(9000) },
      { name: 'USER.md', there: false },
      { name: 'MEMORY.md', there: false },
    ],
    'files.read': ({ file }) => ({ name: file, text: soul, hash: HASH }),
    'files.write': ({ file, text }) => ({ name: file, text, hash: HASH }),
    'files.history': () => [
      { id: '0000000000000001', at: ago(90), who: 'anna@laptop', hash: HASH, chars: 120 },
      { id: '0000000000000002', at: ago(400), hash: HASH, chars: 110 },
    ],
    'files.version': () => ({ text: soul }),
    'skills.list': () => [
      {
        key: 'weather',
        name: 'weather',
        description: 'Tells the weather, and whether to take an umbrella.',
        emoji: '🌦',
        source: 'openclaw-workspace',
        bundled: false,
        enabled: true,
        ready: true,
        missing: [],
      },
      {
        key: '1password',
        name: '1password',
        description: 'Set up and use 1Password CLI for sign-in, desktop integration, and reading or injecting secrets.',
        emoji: '🔐',
        source: 'openclaw-bundled',
        bundled: true,
        enabled: true,
        ready: false,
        missing: ['op'],
      },
    ],
    'skills.search': () => [{ slug: 'weather', name: 'Weather', summary: 'Tells the weather.' }],
    'skills.install': () => null,
    'skills.update': () => ({ renewed: 0 }),
    'skills.enable': () => null,
    'skills.remove': () => null,
    'deeds.list': () =>
      isNew
        ? []
        : [
            { at: ago(3), who: 'anna@laptop', what: 'Channel telegram: set up as @barnacle_bot' },
            { at: ago(90), who: 'anna@laptop', what: 'SOUL.md: written' },
          ],
  };
}
