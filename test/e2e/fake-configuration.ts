import type { CallName, CallOutput, CallRequest } from '../../src/shared/contract/contract.ts';
import { configEntrySchema, REDACTED, type ConfigEntry } from '../../src/shared/model/configuration.ts';
import type { ConfigSetting } from '../../src/shared/model/config-schema.ts';
import { now } from './fake-data.ts';

type ConfigurationCall = Extract<CallName, `configuration.${string}`>;
type Handlers = { readonly [N in ConfigurationCall]: (input: CallRequest<N>) => CallOutput<N> };

const value = {
  gateway: {
    mode: 'local',
    port: 18_789,
    auth: { mode: 'token', token: REDACTED },
    controlUi: { allowedOrigins: ['http://127.0.0.1:18789'], environment: { label: 'atlas' } },
  },
  agents: {
    defaults: {
      model: { primary: 'openrouter/anthropic/claude-sonnet-4.5', fallbacks: ['openrouter/openai/gpt-5-mini'] },
      thinkingDefault: 'medium',
    },
  },
  channels: { telegram: { enabled: true, botToken: REDACTED, dmPolicy: 'pairing' } },
  logging: { level: 'info' },
  telemetry: { enabled: false },
};
const text = `${JSON.stringify(value, null, 2)}\n`;

const entry = (number: number, minutesAgo: number, more: Record<string, unknown>): ConfigEntry =>
  configEntrySchema.parse({
    id: `c-${String(number).padStart(16, '0')}`,
    at: new Date(now - minutesAgo * 60_000).toISOString(),
    by: 'hardshell',
    who: 'anna@laptop',
    hash: 'hmac-sha256:v1:invented',
    restarted: false,
    ...more,
  });

const level = { title: 'Log Level', description: 'How much is written.', types: ['string'], values: ['info', 'debug'] };
const describeLogging = (path: readonly string[]): ConfigSetting =>
  path.at(-1) === 'level'
    ? { ...level, restarts: false, members: [] }
    : {
        types: ['object'],
        values: [],
        restarts: false,
        members: [
          { name: 'level', ...level },
          { name: 'maxFileBytes', description: 'A file that is larger is put aside.', types: ['integer'], values: [] },
        ],
      };

/** What the interface is told of a configuration that nobody has. @param look from the address of the page */
export function createConfigurationHandlers(look: string, refuse: () => never): Handlers {
  const about = { isEmpty: look === 'empty', conflicts: look === 'conflict' };
  let source: 'gateway' | 'file' = 'gateway';
  return {
    'configuration.read': ({ instanceId }) => {
      source = instanceId.startsWith('i-b') ? 'file' : 'gateway';
      return {
        source,
        hash: 'hmac-sha256:v1:now',
        text: about.conflicts ? text.replace('"info"', '"warn"') : text,
        value,
      };
    },
    'configuration.preview': ({ edit }) => {
      if (about.conflicts) refuse();
      const isWrong = edit.kind === 'text' && edit.text.includes('loud');
      return {
        source,
        hash: 'hmac-sha256:v1:now',
        changes: [
          { path: ['logging', 'level'], before: 'info', after: isWrong ? 'loud' : 'debug', isSecret: false },
          { path: ['channels', 'telegram', 'botToken'], before: REDACTED, after: REDACTED, isSecret: true },
          { path: ['channels', 'telegram', 'dmPolicy'], before: 'pairing', after: 'open', isSecret: false },
          { path: ['discovery', 'wideArea', 'enabled'], after: true, isSecret: false },
        ],
        isChange: true,
        restarts: ['discovery.wideArea.enabled'],
        warnings: ['channels.telegram.dmPolicy: whoever finds the bot can talk to it, and use what it may use.'],
        issues: isWrong ? [{ path: 'logging.level', message: 'Invalid input (allowed: "info", "debug")' }] : [],
      };
    },
    'configuration.lint': ({ text: typed }) => {
      const from = typed.indexOf('"loud"');
      const fault = { from, to: from + 6, path: 'logging.level', severity: 'error' } as const;
      const message = 'It has to be "info" or "debug".';
      return { schema: source === 'gateway' ? 'gateway' : 'none', faults: from < 0 ? [] : [{ ...fault, message }] };
    },
    'configuration.describe': ({ path }) => ({
      schema: source === 'gateway' ? 'gateway' : 'none',
      ...(source === 'gateway' ? { setting: describeLogging(path) } : {}),
    }),
    'configuration.apply': () => entry(9, 0, { changes: [] }),
    'configuration.history': () =>
      about.isEmpty
        ? []
        : [
            entry(3, 2, {
              why: 'it wrote to strangers',
              changes: [
                { path: ['channels', 'telegram', 'dmPolicy'], before: 'open', after: 'pairing', isSecret: false },
                { path: ['channels', 'telegram', 'botToken'], before: REDACTED, after: REDACTED, isSecret: true },
                { path: ['agents', 'defaults', 'thinkingDefault'], after: 'medium', isSecret: false },
                { path: ['tools', 'profile'], before: 'full', isSecret: false },
              ],
            }),
            entry(2, 90, {
              by: 'outside',
              who: undefined,
              changes: [{ path: ['logging', 'level'], before: 'debug', after: 'info', isSecret: false }],
            }),
            entry(1, 3000, {
              revertOf: 'c-0000000000000000',
              changes: [{ path: ['logging', 'level'], before: 'info', after: 'debug', isSecret: false }],
            }),
          ],
  };
}
