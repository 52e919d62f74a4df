import { CODE_OF_21 } from './scan-codes.ts';
import type { Core } from '../../src/core/index.ts';
import type { AppError } from '../../src/shared/app-error.ts';
import type { ChannelCheck, ChannelsView } from '../../src/shared/model/channels.ts';
import type { KeyCheck, ModelsView, Spend } from '../../src/shared/model/models.ts';
import type { FileVersion, Skill, WorkspaceText } from '../../src/shared/model/workspace.ts';

export const MODELS: ModelsView = {
  primary: 'openrouter/auto',
  fallbacks: ['acme/m1'],
  providers: [{ id: 'openrouter', name: 'OpenRouter', key: 'stored', status: 'static', removable: true }],
  models: [
    { ref: 'acme/m1', name: 'M one', provider: 'acme', available: false },
    { ref: 'openrouter/auto', name: 'Auto', provider: 'openrouter', contextWindow: 200_000, available: true },
  ],
  incomplete: false,
};

export const CHANNELS: ChannelsView = {
  channels: [
    {
      id: 'telegram',
      label: 'Telegram',
      account: 'default',
      state: 'connected',
      identity: '@research_bot',
      allowed: ['777'],
      policy: 'pairing',
      scans: false,
    },
  ],
  requests: [
    {
      requestId: 'request-1',
      channel: 'telegram',
      account: 'default',
      sender: '777',
      name: '@ann',
      createdAt: '2026-09-20T11:58:00.000Z',
    },
  ],
  ownerMissing: true,
};

export const SPEND: Spend = {
  today: { usd: 0.12, tokens: 1200 },
  week: { usd: 1.5, tokens: 15_000 },
  month: { usd: 4.25, tokens: 42_000 },
  unpriced: 1,
  daily: [{ date: '2026-09-20', usd: 0.12, tokens: 1200 }],
  byModel: [{ model: 'openrouter/auto', usd: 4.25, tokens: 42_000 }],
};

export const SKILL: Skill = {
  key: 'weather',
  name: 'weather',
  description: 'Tells the weather.',
  source: 'openclaw-workspace',
  bundled: false,
  enabled: true,
  ready: false,
  missing: ['curl'],
};

const HASH = 'ab'.repeat(32);
export const FILE: WorkspaceText = { name: 'SOUL.md', text: 'Be kind.\n', hash: HASH };
export const VERSION: FileVersion = {
  id: '0123456789abcdef',
  at: '2026-09-20T11:00:00.000Z',
  who: 'anna@laptop',
  hash: HASH,
  chars: 9,
};

export interface AssistantScript {
  readonly models?: ModelsView;
  readonly channels?: ChannelsView;
  /** What a key, a channel or a file meets when it is given. */
  readonly assistantFailure?: AppError;
}

/** Answers what the test says, and notes what it was given; secrets as they are. */
export function createFakeAssistant(
  { models = MODELS, channels = CHANNELS, assistantFailure }: AssistantScript,
  calls: [string, unknown?][],
): Pick<Core, 'models' | 'channels' | 'skills' | 'files' | 'deeds'> {
  const noted = <T>(name: string, argument: unknown, answer: T): Promise<T> => {
    calls.push([name, argument]);
    return assistantFailure === undefined ? Promise.resolve(answer) : Promise.reject(assistantFailure);
  };
  const check: KeyCheck = { tested: true, says: 'The key works: $4.20 are left.', leftUsd: 4.2 };
  const bot: ChannelCheck = { identity: '@research_bot', warnings: [] };
  return {
    models: {
      read: () => Promise.resolve(models),
      choose: (name, choice) => noted('models.choose', { name, choice }, undefined),
      tryKey: (name, choice, key) => noted('models.tryKey', { name, choice, key: key.reveal() }, check),
      setKey: (name, choice, key, options) =>
        noted('models.setKey', { name, choice, key: key.reveal(), untested: options?.untested }, check),
      removeKey: (name, provider) => noted('models.removeKey', { name, provider }, undefined),
      probe: (name, provider) => noted('models.probe', { name, provider }, { works: false, says: 'It is down.' }),
      spend: () => Promise.resolve(SPEND),
    },
    channels: {
      list: () => Promise.resolve(channels),
      kinds: () => Promise.resolve([{ id: 'telegram', label: 'Telegram' }]),
      fields: () =>
        Promise.resolve([{ key: 'botToken', label: 'Slack bot token', secret: true, kind: 'text' as const }]),
      check: (name, wish) => noted('channels.check', { name, channel: wish.channel }, bot),
      add: (name, { channel, account, settings, secrets }, options) => {
        const revealed = Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, value.reveal()]));
        const named = { name, channel, ...(account === undefined ? {} : { account }) };
        return noted('channels.add', { ...named, settings, secrets: revealed, anyway: options?.anyway }, bot);
      },
      remove: (name, channel, options) =>
        noted('channels.remove', { name, channel, account: options?.account }, undefined),
      restart: (name, channel, options) =>
        noted('channels.restart', { name, channel, account: options?.account }, undefined),
      stop: (name, channel, options) => noted('channels.stop', { name, channel, account: options?.account }, undefined),
      approve: (name, channel, answer) => noted('channels.approve', { name, channel, answer }, undefined),
      dismiss: (name, channel, requestId) => noted('channels.dismiss', { name, channel, requestId }, undefined),
      beginLogin: (name, channel) =>
        noted('channels.beginLogin', { name, channel }, { connected: false, says: 'Scan it.', qr: CODE_OF_21 }),
      awaitLogin: (name, channel) =>
        noted('channels.awaitLogin', { name, channel }, { connected: true, says: 'Linked.' }),
    },
    skills: {
      list: () => Promise.resolve([SKILL]),
      search: () => Promise.resolve([{ slug: 'weather', name: 'Weather', summary: 'Tells the weather.' }]),
      install: (name, slug) => noted('skills.install', { name, slug }, undefined),
      update: (name, slug) => noted('skills.update', { name, slug }, 2),
      enable: (name, key, enabled) => noted('skills.enable', { name, key, enabled }, undefined),
      remove: (name, key) => noted('skills.remove', { name, key }, undefined),
    },
    files: {
      list: () => Promise.resolve([{ name: 'SOUL.md', there: true, bytes: 9, changedAt: '2026-09-20T11:00:00.000Z' }]),
      read: () => Promise.resolve(FILE),
      write: (name, file, text, before) => noted('files.write', { name, file, text, before }, { ...FILE, text }),
      history: () => Promise.resolve([VERSION]),
      readVersion: () => Promise.resolve(FILE.text),
      revert: (name, file, version) => noted('files.revert', { name, file, version }, FILE),
    },
    deeds: { list: () => Promise.resolve([{ at: VERSION.at, who: 'anna@laptop', what: 'SOUL.md: written' }]) },
  };
}
