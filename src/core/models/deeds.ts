import { join } from 'node:path';
import { z } from 'zod';
import type { InstanceId } from '../../shared/model/ids.ts';
import { deedSchema, type Deed } from '../../shared/model/workspace.ts';
import { createRecordFile, type RecordFile } from '../state/record-file.ts';
import type { Versioned } from '../state/versioned.ts';
import type { Clock } from '../system/ids.ts';

/** What a person sees of one instance is bounded, and so is the file. */
const MOST_KEPT = 200;

const recordSchema = z.strictObject({ deeds: z.array(deedSchema) });
const versioned: Versioned<z.infer<typeof recordSchema>> = { version: 1, schema: recordSchema, migrations: {} };

/**
 * What people changed through the gateway: such a change is no run, so that no run log tells of it. One file an instance,
 * newest first.
 */
export interface Deeds {
  note(id: InstanceId, what: string): Promise<void>;
  list(id: InstanceId): Promise<Deed[]>;
  forget(id: InstanceId): Promise<void>;
}

export function createDeeds(dir: string, who: string, now: Clock): Deeds {
  const fileOf = (id: InstanceId): RecordFile<z.infer<typeof recordSchema>> =>
    createRecordFile(join(dir, `${id}.json`), versioned, now);
  return {
    async note(id, what) {
      const deed: Deed = { at: new Date(now()).toISOString(), who, what: what.slice(0, 500) };
      await fileOf(id).update((old) => ({ deeds: [deed, ...(old?.deeds ?? [])].slice(0, MOST_KEPT) }));
    },
    list: async (id) => (await fileOf(id).read())?.deeds ?? [],
    async forget(id) {
      await fileOf(id).remove();
    },
  };
}
