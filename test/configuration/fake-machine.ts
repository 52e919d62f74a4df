import { join } from 'node:path';
import { anInstance } from '../cli/samples.ts';
import { AppError } from '../../src/shared/app-error.ts';
import { configEntryIdSchema, REDACTED } from '../../src/shared/model/configuration.ts';
import { Secret } from '../../src/shared/secret.ts';
import type { Configuration } from '../../src/core/api-configuration.ts';
import type { ConfigWrite } from '../../src/core/api-operations.ts';
import type { InstanceLink } from '../../src/core/api-link.ts';
import { parseConfig } from '../../src/core/openclaw/config-document.ts';
import type { Place } from '../../src/core/places/place.ts';
import { hashConfig } from '../../src/core/steps/config/config-room.ts';
import { createConfiguration, type Choices } from '../../src/core/configuration/configuration.ts';
import { createConfigHistory } from '../../src/core/configuration/history.ts';
import { createSchemaBook } from '../../src/core/configuration/schema/schema-book.ts';
import { restoreSecrets } from '../../src/core/configuration/redaction.ts';

export const TOKEN = '0123456789abcdef0123456789abcdef';
export const BOT = '123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQ';
export const FILE = `{
  // mine
  gateway: { mode: "local", port: 18789, auth: { mode: "token", token: "${TOKEN}" } },
  channels: { telegram: { botToken: "${BOT}" } },
  logging: { level: "info" }, // loud enough
}
`;

export interface FakeMachine {
  runs: boolean;
  text: string;
  /** What the next write is answered by a gateway. */
  refusal?: { reason: string; issues?: readonly { path: string; message: string }[] };
  rejected?: AppError;
  /** What it says instead when it is asked for its configuration. */
  answer?: Readonly<Record<string, unknown>>;
  /** That many questions later it answers again. */
  away: number;
  /** That many questions later it has restarted: until then it is there, and answers none. */
  restarting: number;
  /** Before it answers a write. */
  onApply?: () => void;
  readonly remembered: Choices[];
  readonly checked: string[];
}

/** A machine with one openclaw.json, and a gateway that hides a token and keeps no comments, as the real one does. */
export function openFakeMachine(
  dir: string,
  more: Partial<FakeMachine> = {},
): {
  readonly fake: FakeMachine;
  readonly configuration: Configuration;
  readonly read: () => ReturnType<Configuration['read']>;
} {
  const fake: FakeMachine = { runs: true, text: FILE, away: 0, restarting: 0, remembered: [], checked: [], ...more };
  const instance = anInstance();
  const hashOf = (): string => `hmac:${hashConfig(fake.text)}`;
  const gatewayRefuses = (details: Readonly<Record<string, unknown>>): never => {
    throw new AppError('gateway.rpc', { details });
  };
  const link = {
    call: (method: string, params: Readonly<Record<string, unknown>> = {}) => {
      if (!fake.runs) return Promise.reject(new AppError('gateway.unreachable'));
      return Promise.resolve().then(() => {
        if (fake.restarting > 0 && (fake.restarting -= 1) >= 0)
          gatewayRefuses({ reason: `${method} unavailable during gateway restart` });
        if (method === 'config.get') {
          if (fake.away > 0 && (fake.away -= 1) >= 0) throw new AppError('gateway.unreachable');
          if (fake.answer !== undefined) return { hash: hashOf(), ...fake.answer };
          return { exists: true, raw: fake.text.replaceAll(TOKEN, REDACTED), hash: hashOf() };
        }
        if (method === 'config.schema') return { schema, uiHints: {}, version: '2026.9.6' };
        fake.onApply?.();
        if (fake.refusal !== undefined) gatewayRefuses({ ...fake.refusal });
        if (params['baseHash'] !== hashOf())
          gatewayRefuses({ reason: 'config changed since last load; re-run config.get and retry' });
        const { text } = restoreSecrets(String(params['raw']), parseConfig(fake.text).value);
        fake.text = `${JSON.stringify(parseConfig(text).value, null, 2)}\n`;
        return { ok: true, hash: hashOf(), sentinel: { payload: { stats: { requiresRestart: false } } } };
      });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as unknown as InstanceLink;
  const place = {
    status: () => Promise.resolve({ instance, state: fake.runs ? 'running' : 'stopped', because: '' }),
    readConfig: () => Promise.resolve(new Secret(fake.text)),
    checkConfig: (_: unknown, text: Secret) => {
      fake.checked.push(text.reveal());
      return fake.rejected === undefined ? Promise.resolve() : Promise.reject(fake.rejected);
    },
  } as unknown as Place;
  let entries = 0;
  const schema = {
    type: 'object',
    properties: { logging: { type: 'object', properties: { level: { enum: ['info', 'debug'] } } } },
  };
  const newId = () => configEntryIdSchema.parse(`c-${(entries += 1).toString(16).padStart(16, '0')}`);
  const now = (): number => Date.parse('2026-09-20T12:00:00Z');
  const configuration = createConfiguration({
    find: () => Promise.resolve({ instance, place, options: {} }),
    links: { open: () => Promise.resolve(link) },
    writeFile: (_, { text, base }: ConfigWrite) => {
      if (hashConfig(fake.text) !== base) return Promise.reject(new AppError('config.conflict'));
      fake.text = text.reveal();
      return Promise.resolve();
    },
    history: createConfigHistory(dir, now, newId),
    schemas: createSchemaBook(join(dir, 'schemas'), now),
    remember: (_, choices) => Promise.resolve(void fake.remembered.push(choices)),
    who: 'anna@laptop',
    now,
    newId,
  });
  return { fake, configuration, read: () => configuration.read('research') };
}
