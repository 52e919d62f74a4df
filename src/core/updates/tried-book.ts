import { join } from 'node:path';
import { z } from 'zod';
import type { InstanceId } from '../../shared/model/ids.ts';
import { versionSchema } from '../../shared/model/spec.ts';
import { createRecordFile, type RecordFile } from '../state/record-file.ts';
import type { Versioned } from '../state/versioned.ts';

/** What the schedule of an instance has come to last. */
const triedSchema = z.strictObject({
  /** When it was looked at: milliseconds since 1970. */
  at: z.number(),
  /** `begun`: whoever did it has not come to an end. */
  is: z.enum(['begun', 'done', 'failed']),
  version: versionSchema.optional(),
});
export type Tried = z.infer<typeof triedSchema>;

const record: Versioned<Tried> = { version: 1, schema: triedSchema, migrations: [] };

export interface TriedBook {
  read(id: InstanceId): Promise<Tried | undefined>;
  write(id: InstanceId, tried: Tried): Promise<void>;
}

/** One small file an instance: a door that is closed and opened again does not try the same twice. */
export function createTriedBook(dir: string, now: () => number): TriedBook {
  const fileOf = (id: InstanceId): RecordFile<Tried> => createRecordFile(join(dir, `${id}.json`), record, now);
  return {
    read: (id) => fileOf(id).read(),
    write: (id, tried) => fileOf(id).write(tried),
  };
}
