import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InstanceId } from '../../shared/model/ids.ts';
import { fileVersionSchema, type FileVersion } from '../../shared/model/workspace.ts';
import { createRecordFile, type RecordFile } from '../state/record-file.ts';
import type { Versioned } from '../state/versioned.ts';
import type { Clock } from '../system/ids.ts';

const MOST_KEPT = 50;
/** Of one file. The newest is kept whatever it weighs. */
const MOST_CHARS = 2_000_000;

const recordSchema = z.strictObject({ versions: z.array(fileVersionSchema.extend({ text: z.string() })) });
type History = z.infer<typeof recordSchema>;
type Kept = History['versions'][number];
const versioned: Versioned<History> = { version: 1, schema: recordSchema, migrations: {} };

/** Texts that a file of a workspace had, newest first: bounded, in the data folder, one file for each. */
export interface FileHistory {
  /** Keeps texts in the order in which they were; one that is the newest already is not kept twice. */
  keep(id: InstanceId, file: string, texts: readonly { readonly text: string; readonly who?: string }[]): Promise<void>;
  list(id: InstanceId, file: string): Promise<FileVersion[]>;
  read(id: InstanceId, file: string, version: string): Promise<string | undefined>;
  forget(id: InstanceId): Promise<void>;
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function createFileHistory(dir: string, now: Clock): FileHistory {
  const fileOf = (id: InstanceId, file: string): RecordFile<History> =>
    createRecordFile(join(dir, id, `${file}.json`), versioned, now);
  return {
    async keep(id, file, texts) {
      await fileOf(id, file).update((old) => ({ versions: bound(texts.reduce(add, old?.versions ?? [])) }));
    },
    list: async (id, file) =>
      ((await fileOf(id, file).read())?.versions ?? []).map((version) => fileVersionSchema.strip().parse(version)),
    read: async (id, file, version) =>
      (await fileOf(id, file).read())?.versions.find((one) => one.id === version)?.text,
    forget: (id) => rm(join(dir, id), { recursive: true, force: true }),
  };

  function add(versions: readonly Kept[], { text, who }: { readonly text: string; readonly who?: string }): Kept[] {
    const hash = hashText(text);
    if (versions[0]?.hash === hash) return [...versions];
    const at = new Date(now()).toISOString();
    const id = createHash('sha256')
      .update(`${at}\0${hash}\0${String(versions.length)}`)
      .digest('hex')
      .slice(0, 16);
    return [{ id, at, hash, chars: text.length, text, ...(who === undefined ? {} : { who }) }, ...versions];
  }
}

function bound(versions: readonly Kept[]): Kept[] {
  let chars = 0;
  return versions.slice(0, MOST_KEPT).filter(({ text }, index) => {
    chars += text.length;
    return index === 0 || chars <= MOST_CHARS;
  });
}
