import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { AppError, isAppError } from '../../shared/app-error.ts';
import { hasCode, PRIVATE_FILE, syncDir } from '../system/atomic-file.ts';
import type { ArchiveStore, StoredFile } from './archive-store.ts';

/** A folder of this computer, or of a share that it has mounted. It is never made: what is not mounted is not there. */
export function createFolderStore(dir: string): ArchiveStore {
  const pathOf = (name: string): string => join(dir, name);
  const on = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toFolderError(error, dir);
    }
  };
  async function* read(name: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const path = pathOf(name);
    try {
      yield* createReadStream(path, { highWaterMark: 256 * 1024, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      const isFolderThere = await stat(dir).then(
        () => true,
        () => false,
      );
      if (hasCode(error, 'ENOENT') && isFolderThere) throw new AppError('backup.gone', { details: { path } });
      throw toFolderError(error, dir);
    }
  }

  return {
    pathOf,
    read,
    async write(name, source, check, { bytes = 0, signal } = {}) {
      const temporary = `${name}.${randomBytes(6).toString('hex')}.tmp`;
      await expectRoom(dir, bytes);
      try {
        const file = await on(() => open(pathOf(temporary), 'wx', PRIVATE_FILE));
        try {
          for await (const chunk of source) {
            signal?.throwIfAborted();
            await on(() => file.appendFile(chunk));
          }
          await on(() => file.sync());
        } finally {
          await file.close();
        }
        await check(() => read(temporary, signal));
        signal?.throwIfAborted();
        await on(async () => {
          await rename(pathOf(temporary), pathOf(name));
          await syncDir(dir);
        });
      } catch (error) {
        // What went wrong first is what is told; what stays is swept when it is old.
        await rm(pathOf(temporary), { force: true }).catch(() => undefined);
        throw error;
      }
    },
    list: () => on(() => listFiles(dir)),
    remove: (name) =>
      on(async () => {
        // What is not mounted is not gone.
        await stat(dir);
        await rm(pathOf(name), { force: true });
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function listFiles(dir: string): Promise<StoredFile[]> {
  const found = await Promise.all(
    (await readdir(dir)).map(async (name) => {
      // Gone between the listing and the look: no file of ours to speak of.
      const file = await stat(join(dir, name)).catch(() => undefined);
      return file?.isFile() === true ? [{ name, bytes: file.size, changedMs: file.mtimeMs }] : [];
    }),
  );
  return found.flat();
}

/** Said before the first byte where it can be known; a quota shows only when it is met. */
async function expectRoom(dir: string, bytes: number): Promise<void> {
  if (bytes === 0) return;
  const room = await statfs(dir).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
  if (room !== undefined && room > 0 && room < bytes)
    throw new AppError('backup.no-room', { details: { path: dir, bytesNeeded: bytes, bytesFree: room } });
}

/** What a failure of the file system there means to a person; what is none comes back as it is. Pure. */
export function toFolderError(error: unknown, path: string): unknown {
  if (isAppError(error)) return error;
  const details = { path };
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return new AppError('backup.no-room', { details, cause: error });
  if (hasCode(error, 'EROFS')) {
    return new AppError('backup.denied', {
      message: `What lies at ${path} can only be read.`,
      hint: 'It is mounted read-only, or its disk is broken.',
      details,
      cause: error,
    });
  }
  if (hasCode(error, 'EACCES', 'EPERM')) return new AppError('backup.denied', { details, cause: error });
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
    return new AppError('backup.unreachable', {
      message: `There is no folder ${path}.`,
      hint: 'Is the disk or the share connected? Hardshell does not make the folder: it might lie on the wrong disk then.',
      details,
      cause: error,
    });
  }
  if (
    hasCode(error, 'EIO', 'ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENOTCONN', 'ENODEV', 'ENXIO', 'UNKNOWN')
  )
    return new AppError('backup.unreachable', { details, cause: error });
  return error;
}
