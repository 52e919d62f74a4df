import type { ConfigEntryId } from '../../shared/model/configuration.ts';
import type { ConfigWitness } from '../models/gateway-talk.ts';
import { parseConfig, type ConfigObject } from '../openclaw/config-document.ts';
import type { Clock } from '../system/ids.ts';
import { listChanges } from './differences.ts';
import { editText } from './edit-text.ts';
import type { ConfigHistory } from './history.ts';
import { redactText, redactValue } from './redaction.ts';

export interface ConfigWitnessServices {
  readonly history: Pick<ConfigHistory, 'notice' | 'add'>;
  /** `anna@laptop` */
  readonly who: string;
  readonly now: Clock;
  readonly newId: () => ConfigEntryId;
}

/** Writes changes through a gateway into the history of configurations. */
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
