import type { ConfigEntryId } from '../../shared/model/configuration.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import { parseConfig, type ConfigObject } from '../openclaw/config-document.ts';
import type { Clock } from '../system/ids.ts';
import { listChanges } from './differences.ts';
import { editText } from './edit-text.ts';
import type { ConfigHistory } from './history.ts';
import { redactText, redactValue } from './redaction.ts';

/** What a gateway answers of its configuration. */
export interface GatewayConfig {
  readonly hash: string;
  /** Absent where a secret might show in it. */
  readonly raw?: string | null | undefined;
  readonly parsed: ConfigObject;
}

/**
 * Sees to it that a change which is no edit of the configuration, such as another key, is in its history with a name: else it would be
 * taken for a stranger's by who looks next.
 * @returns writes it down, once it is done; with what the gateway calls the file then
 */
export type ConfigWitness = (
  id: InstanceId,
  before: GatewayConfig,
  patch: ConfigObject,
) => Promise<(hash: string) => Promise<void>>;

export interface ConfigWitnessServices {
  readonly history: Pick<ConfigHistory, 'notice' | 'add'>;
  /** `anna@laptop` */
  readonly who: string;
  readonly now: Clock;
  readonly newId: () => ConfigEntryId;
}

export function createConfigWitness({ history, who, now, newId }: ConfigWitnessServices): ConfigWitness {
  return async (id, before, patch) => {
    const text = before.raw ?? JSON.stringify(before.parsed);
    const shown = redactText(parseConfig(text).text);
    const value = parseConfig(shown).value;
    // What others did until now is theirs.
    await history.notice(id, { source: 'gateway', hash: before.hash, value });
    const after = parseConfig(editText({ shown, text }, { kind: 'patch', patch: toJson(patch) }).shown).value;
    const changes = listChanges(value, after);
    const since = new Date(now()).toISOString();
    return async (hash) => {
      if (changes.length === 0) return;
      const entry = { id: newId(), at: new Date(now()).toISOString(), by: 'hardshell' as const, who, changes, hash };
      await history.add(id, entry, { source: 'gateway', hash, value: redactValue(after) }, since);
    };
  };
}

type Patch = Extract<Parameters<typeof editText>[1], { kind: 'patch' }>['patch'];

/** As it is sent. */
function toJson(patch: ConfigObject): Patch {
  return JSON.parse(JSON.stringify(patch)) as Patch;
}
