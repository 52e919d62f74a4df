import type { ConfigEntry, ConfigEntryId } from '../../shared/model/configuration.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { ConfigWitness, GatewayConfig } from '../models/gateway-talk.ts';
import { parseConfig, type ConfigObject } from '../openclaw/config-document.ts';
import type { Clock } from '../system/ids.ts';
import { listChanges, listSeenChanges } from './differences.ts';
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
  const moment = (): string => new Date(now()).toISOString();
  const add = async (
    id: InstanceId,
    hash: string,
    {
      changes,
      value,
      since,
    }: { readonly changes: ConfigEntry['changes']; readonly value: unknown; readonly since: string },
  ): Promise<void> => {
    if (changes.length === 0) return;
    const entry = { id: newId(), at: moment(), by: 'hardshell' as const, who, changes, hash };
    await history.add(id, entry, { source: 'gateway', hash, value: redactValue(value) }, since);
  };
  return {
    async patch(id, before, patch) {
      const { text, shown, value } = readShown(before);
      // What others did until now is theirs.
      await history.notice(id, { source: 'gateway', hash: before.hash, value });
      const after = parseConfig(editText({ shown, text }, { kind: 'patch', patch: toJson(patch) }).shown).value;
      const changes = listChanges(value, after);
      const since = moment();
      return (hash) => add(id, hash, { changes, value: after, since });
    },
    async work(id, before, heads) {
      const { value } = readShown(before);
      await history.notice(id, { source: 'gateway', hash: before.hash, value });
      const since = moment();
      return async (after) => {
        const shown = readShown(after).value;
        const changes = listSeenChanges(value, shown);
        if (changes.every(({ path }) => heads.includes(String(path[0]))))
          await add(id, after.hash, { changes, value: shown, since });
      };
    },
  };
}

function readShown(config: GatewayConfig) {
  const text = config.raw ?? JSON.stringify(config.parsed);
  const shown = redactText(parseConfig(text).text);
  return { text, shown, value: parseConfig(shown).value };
}

type Patch = Extract<Parameters<typeof editText>[1], { kind: 'patch' }>['patch'];

/** As it is sent. */
function toJson(patch: ConfigObject): Patch {
  return JSON.parse(JSON.stringify(patch)) as Patch;
}
