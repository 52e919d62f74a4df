import { join } from 'node:path';
import { z } from 'zod';
import {
  configEntrySchema,
  configSourceSchema,
  type ConfigEntry,
  type ConfigEntryId,
  type ConfigSource,
} from '../../shared/model/configuration.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import { createRecordFile, type RecordFile } from '../state/record-file.ts';
import type { Versioned } from '../state/versioned.ts';
import type { Clock } from '../system/ids.ts';
import { listSeenChanges } from './differences.ts';

/** Of one instance: years of changes by hand. */
const MOST_ENTRIES = 200;

const seenSchema = z.strictObject({ source: configSourceSchema, hash: z.string(), value: z.json() });
const historySchema = z.strictObject({
  /** What was there when somebody last looked, redacted: so that it is noticed when others change it. */
  seen: seenSchema.optional(),
  /** Newest first. */
  entries: z.array(configEntrySchema),
});
type History = z.infer<typeof historySchema>;
const historyRecord: Versioned<History> = { version: 1, schema: historySchema, migrations: {} };

export interface Seen {
  readonly source: ConfigSource;
  readonly hash: string;
  /** Redacted. */
  readonly value: unknown;
}

/** What was changed in the configuration of an instance, and by whom. No secret gets in here. */
export interface ConfigHistory {
  list(id: InstanceId): Promise<ConfigEntry[]>;
  /** Notes what was done outside of Hardshell since somebody last looked. */
  notice(id: InstanceId, seen: Seen): Promise<void>;
  /** @param since when the writing began, RFC 3339 */
  add(id: InstanceId, entry: ConfigEntry, seen: Seen, since: string): Promise<void>;
  /** What the gateway calls the file, where it said so only later. */
  correct(id: InstanceId, entry: ConfigEntryId, hash: string, since: string): Promise<void>;
  forget(id: InstanceId): Promise<void>;
}

export function createConfigHistory(dir: string, now: Clock, newId: () => ConfigEntryId): ConfigHistory {
  const fileOf = (id: InstanceId): RecordFile<History> => createRecordFile(join(dir, `${id}.json`), historyRecord, now);
  const kept = ({ source, hash, value }: Seen): NonNullable<History['seen']> => ({
    source,
    hash,
    // read from JSON, or about to be written as such
    value: value as z.infer<ReturnType<typeof z.json>>,
  });
  const same = (a: Seen, b: Seen): boolean => a.hash === b.hash && a.source === b.source;

  return {
    list: async (id) => (await fileOf(id).read())?.entries ?? [],
    async notice(id, seen) {
      const file = fileOf(id);
      // Nobody is kept waiting for a lock by those who only look.
      const before = await file.read();
      if (before?.seen !== undefined && same(before.seen, seen)) return;
      await file.update((old) => {
        const { seen: last, entries } = old ?? { seen: undefined, entries: [] };
        if (last === undefined || same(last, seen)) return { seen: kept(seen), entries };
        const changes = listSeenChanges(last.value, seen.value);
        // The gateway and the file are counted differently: it is another change only where something else is in it.
        if (changes.length === 0) return { seen: kept(seen), entries };
        const entry: ConfigEntry = {
          id: newId(),
          at: new Date(now()).toISOString(),
          by: 'outside',
          changes,
          hash: seen.hash,
        };
        return { seen: kept(seen), entries: [entry, ...entries].slice(0, MOST_ENTRIES) };
      });
    },
    async add(id, entry, seen, since) {
      await fileOf(id).update((old) => {
        const others = withoutOurs(old?.entries ?? [], entry.hash, since);
        return { seen: kept(seen), entries: [entry, ...others].slice(0, MOST_ENTRIES) };
      });
    },
    async correct(id, entryId, hash, since) {
      await fileOf(id).update((old) => {
        const { seen, entries } = old ?? { seen: undefined, entries: [] };
        const ours = entries.find((entry) => entry.id === entryId);
        const isOurs = seen !== undefined && seen.hash === ours?.hash;
        return {
          ...(seen === undefined ? {} : { seen: isOurs ? { ...seen, hash } : seen }),
          entries: withoutOurs(entries, hash, since).map((entry) => (entry === ours ? { ...entry, hash } : entry)),
        };
      });
    },
    async forget(id) {
      await fileOf(id).remove();
    },
  };
}

/** Who looked between our writing and our line about it took it for somebody else's. Pure. */
function withoutOurs(entries: readonly ConfigEntry[], hash: string, since: string): ConfigEntry[] {
  const taken = entries.find((entry) => entry.by === 'outside' && entry.hash === hash && entry.at >= since);
  return entries.filter((entry) => entry !== taken);
}
