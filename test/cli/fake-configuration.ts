import type { Configuration } from '../../src/core/index.ts';
import type { AppError } from '../../src/shared/app-error.ts';
import type { ConfigDescription, ConfigLint } from '../../src/shared/model/config-schema.ts';
import {
  configEntryIdSchema,
  type ConfigEntry,
  type ConfigPreview,
  type ConfigSnapshot,
} from '../../src/shared/model/configuration.ts';

export const CONFIG_ENTRY = configEntryIdSchema.parse('c-0123456789abcdef');

export const aSnapshot = (more: Partial<ConfigSnapshot> = {}): ConfigSnapshot => ({
  source: 'gateway',
  hash: 'hmac-sha256:v1:first',
  text: '{\n  "logging": { "level": "info" }\n}\n',
  value: { logging: { level: 'info' } },
  ...more,
});

export const aConfigPreview = (more: Partial<ConfigPreview> = {}): ConfigPreview => ({
  source: 'gateway',
  hash: 'hmac-sha256:v1:first',
  changes: [{ path: ['logging', 'level'], before: 'info', after: 'debug', isSecret: false }],
  isChange: true,
  restarts: [],
  warnings: [],
  issues: [],
  ...more,
});

export const aConfigEntry = (more: Partial<ConfigEntry> = {}): ConfigEntry => ({
  id: CONFIG_ENTRY,
  at: '2026-09-20T11:00:00.000Z',
  by: 'hardshell',
  who: 'anna@laptop',
  why: 'too quiet',
  changes: [{ path: ['logging', 'level'], before: 'info', after: 'debug', isSecret: false }],
  hash: 'hmac-sha256:v1:second',
  restarted: false,
  ...more,
});

export interface ConfigurationScript {
  readonly snapshot?: ConfigSnapshot;
  readonly configPreview?: ConfigPreview;
  readonly configFailure?: AppError;
  readonly configHistory?: readonly ConfigEntry[];
  readonly configLint?: ConfigLint;
  readonly configDescription?: ConfigDescription;
}

export function createFakeConfiguration(
  script: ConfigurationScript,
  call: (name: string, argument: unknown) => void,
): Configuration {
  return {
    read(name) {
      call('configuration.read', { name });
      return Promise.resolve(script.snapshot ?? aSnapshot());
    },
    preview(name, edit, { base }) {
      call('configuration.preview', { name, edit, ...(base === undefined ? {} : { base }) });
      return Promise.resolve(script.configPreview ?? aConfigPreview());
    },
    apply(name, edit, { base, why }) {
      call('configuration.apply', { name, edit, base, why });
      if (script.configFailure !== undefined) return Promise.reject(script.configFailure);
      return Promise.resolve(aConfigEntry());
    },
    lint(name, text) {
      call('configuration.lint', { name, text });
      return Promise.resolve(script.configLint ?? { schema: 'gateway', faults: [] });
    },
    describe(name, path) {
      call('configuration.describe', { name, path });
      return Promise.resolve(script.configDescription ?? { schema: 'gateway' });
    },
    history: () => Promise.resolve([...(script.configHistory ?? [aConfigEntry()])]),
  };
}
