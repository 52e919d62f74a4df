import { readFile, rename, rm } from 'node:fs/promises';
import { AppError } from '../../shared/app-error.ts';
import { hasCode, syncDir, writeFileAtomic } from '../system/atomic-file.ts';
import { onFile } from '../system/file-error.ts';
import { withFileLock } from '../system/file-lock.ts';
import type { Clock } from '../system/ids.ts';
import { dirname } from 'node:path';
import { formatRecord, parseRecord, type Versioned } from './versioned.ts';

/**
 * One record in one file. Any process may read it at any time and sees it whole; writers take turns by a lock beside it.
 * Every method may reject with `state.corrupt` (the file was set aside, nothing is lost), `state.newer` (it was left alone),
 * `state.busy`, `state.denied` and `disk.full`.
 */
export interface RecordFile<T extends object> {
  readonly path: string;
  /** Undefined: there is none. */
  read(): Promise<T | undefined>;
  /** Replaces the record. One that cannot be read is set aside first; one of a newer Hardshell is not replaced. */
  write(value: T): Promise<void>;
  /**
   * Replaces the record by what `change` makes of it, with nobody writing in between. `change` is given undefined where there
   * is none; what it throws leaves the record as it was. It should be quick: others wait.
   */
  update(change: (old: T | undefined) => T | Promise<T>): Promise<T>;
  /** Whether there was one. */
  remove(): Promise<boolean>;
}

export function createRecordFile<T extends object>(path: string, versioned: Versioned<T>, clock: Clock): RecordFile<T> {
  const locked = <R>(work: () => Promise<R>): Promise<R> => onFile(path, () => withFileLock(`${path}.lock`, work));
  const write = (value: T): Promise<void> => writeFileAtomic(path, formatRecord(value, versioned));

  async function readText(): Promise<string | undefined> {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Only under the lock: what cannot be read now is then not what somebody else has just mended. */
  async function readLocked(): Promise<T | undefined> {
    const text = await readText();
    if (text === undefined) return undefined;
    const parsed = parseRecord(text, versioned);
    if (parsed.is === 'record') return parsed.value;
    if (parsed.is === 'newer') throw new AppError('state.newer', { details: { path, version: parsed.version } });
    const aside = `${path}.corrupt-${new Date(clock()).toISOString().replaceAll(/[-:.]/g, '')}`;
    await rename(path, aside);
    await syncDir(dirname(path));
    throw new AppError('state.corrupt', { details: { path: aside, because: parsed.because } });
  }

  return {
    path,
    read: () =>
      onFile(path, async () => {
        const text = await readText();
        if (text === undefined) return undefined;
        const parsed = parseRecord(text, versioned);
        return parsed.is === 'record' ? parsed.value : locked(readLocked);
      }),
    write: (value) =>
      locked(async () => {
        try {
          await readLocked();
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'state.corrupt') throw error;
        }
        await write(value);
      }),
    update: (change) =>
      locked(async () => {
        const value = await change(await readLocked());
        await write(value);
        return value;
      }),
    remove: () =>
      locked(async () => {
        try {
          await rm(path);
        } catch (error) {
          if (hasCode(error, 'ENOENT')) return false;
          throw error;
        }
        await syncDir(dirname(path));
        return true;
      }),
  };
}
