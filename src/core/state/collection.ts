import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/app-error.ts';
import { hasCode } from '../system/atomic-file.ts';
import { onFile } from '../system/file-error.ts';
import { withFileLock } from '../system/file-lock.ts';
import type { Clock } from '../system/ids.ts';
import { watchFolder } from '../system/watch-folder.ts';
import { createRecordFile, type RecordFile } from './record-file.ts';
import type { Versioned } from './versioned.ts';

/**
 * Records of one kind, each in a file of its own: `<id>.json` in a folder that any number of processes may have open.
 * Rejects as `RecordFile` does.
 */
export interface Collection<T extends object, Id extends string = string> {
  get(id: Id): Promise<T | undefined>;
  /** All that can be read, in the order of their ids; of each other one `onProblem` is told. */
  list(): Promise<T[]>;
  put(id: Id, value: T): Promise<void>;
  update(id: Id, change: (old: T | undefined) => T | Promise<T>): Promise<T>;
  remove(id: Id): Promise<boolean>;
  /**
   * Does short work with nobody else doing such work on this collection: for what concerns several records, such as a name
   * that only one of them may have. Not re-entrant; reading and writing records inside is fine.
   */
  exclusively<R>(work: () => Promise<R>): Promise<R>;
  /** Tells, a moment later, that records have changed, whoever changed them. Disposing ends it. */
  watch(onChange: () => void): Promise<Disposable>;
}

export interface CollectionOptions<T extends object> {
  readonly dir: string;
  readonly versioned: Versioned<T>;
  readonly clock: Clock;
  /** Told of records that a list leaves out, and of a watch that broke off. */
  readonly onProblem: (error: AppError) => void;
}

/** Ids become names of files, on every platform, so that they hold only what all of them allow. */
const SAFE_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const FILE = /^([a-z0-9-]+)\.json$/;

export function createCollection<T extends object, Id extends string = string>(
  options: CollectionOptions<T>,
): Collection<T, Id> {
  const { dir, versioned, clock, onProblem } = options;

  const file = (id: string): RecordFile<T> => {
    if (!SAFE_ID.test(id) || id.length > 100) throw new TypeError(`Not an id: ${JSON.stringify(id)}`);
    return createRecordFile(join(dir, `${id}.json`), versioned, clock);
  };

  async function listIds(): Promise<string[]> {
    try {
      const names = await readdir(dir);
      return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).sort();
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  return {
    get: async (id) => file(id).read(),
    put: async (id, value) => file(id).write(value),
    update: async (id, change) => file(id).update(change),
    remove: async (id) => file(id).remove(),
    exclusively: (work) => onFile(dir, () => withFileLock(join(dir, 'collection.lock'), work)),
    async list() {
      const ids = await onFile(dir, listIds);
      const records = await Promise.all(
        ids.map(async (id) => {
          try {
            return await file(id).read();
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            onProblem(error);
            return undefined;
          }
        }),
      );
      return records.filter((record) => record !== undefined);
    },
    watch: (onChange) =>
      onFile(dir, () => watchFolder(dir, { isOurs: (name) => FILE.test(name), onChange, onProblem })),
  };
}
