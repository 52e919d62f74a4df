import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { AppError } from '../../shared/app-error.ts';
import { SftpFailure, type Sftp } from '../host/ssh/sftp.ts';
import type { ArchiveStore } from './archive-store.ts';

/** Less than this is full: a file system keeps the last blocks for itself. */
const FULL_BELOW_BYTES = 256 * 1024;

/** A folder of a server. It is never made: what is not mounted there is not there. */
export function createSftpStore(sftp: Sftp, dir: string): ArchiveStore {
  const pathOf = (name: string): string => posix.join(dir, name);
  const on = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await explain(error);
    }
  };
  /** SFTP tells a full disk from other failures no more than by what is free afterwards. */
  const explain = async (error: unknown): Promise<unknown> => {
    if (!(error instanceof SftpFailure)) return error;
    const details = { path: dir, reason: error.message };
    if (error.code === 'EACCES') return new AppError('backup.denied', { details, cause: error });
    if (error.code === 'ENOENT') {
      return new AppError('backup.unreachable', {
        message: `There is no folder ${dir} on that server.`,
        hint: 'Hardshell does not make it: it might lie on the wrong disk then.',
        details,
        cause: error,
      });
    }
    // Only a better word for a failure that is told anyway.
    const room = await sftp.readRoom(dir).catch(() => undefined);
    if (room !== undefined && room < FULL_BELOW_BYTES)
      return new AppError('backup.no-room', { details: { ...details, bytesFree: room }, cause: error });
    return new AppError('backup.unreachable', {
      message: `The server does not do what was asked of it: ${error.message}`,
      hint: 'Its own log says why. A quota that is used up looks like this as well.',
      details,
      cause: error,
    });
  };
  async function* read(name: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of sftp.read(pathOf(name))) {
        signal?.throwIfAborted();
        yield chunk;
      }
    } catch (error) {
      const isGone = error instanceof SftpFailure && error.code === 'ENOENT';
      if (isGone && (await isThere())) throw new AppError('backup.gone', { details: { path: pathOf(name) } });
      throw await explain(error);
    }
  }
  const isThere = (): Promise<boolean> =>
    sftp.list(dir).then(
      () => true,
      () => false,
    );

  return {
    pathOf,
    read,
    async write(name, source, check, { bytes = 0, signal } = {}) {
      const temporary = `${name}.${randomBytes(6).toString('hex')}.tmp`;
      const room = bytes === 0 ? undefined : await sftp.readRoom(dir);
      if (room !== undefined && room < bytes)
        throw new AppError('backup.no-room', { details: { path: dir, bytesNeeded: bytes, bytesFree: room } });
      try {
        await on(() => sftp.writeNew(pathOf(temporary), source));
        await check(() => read(temporary, signal));
        signal?.throwIfAborted();
        await on(() => sftp.rename(pathOf(temporary), pathOf(name)));
      } catch (error) {
        // What went wrong first is what is told; what stays is swept when it is old.
        await sftp.remove(pathOf(temporary)).catch(() => undefined);
        throw error;
      }
    },
    list: () => on(() => sftp.list(dir)),
    async remove(name) {
      try {
        await sftp.remove(pathOf(name));
      } catch (error) {
        if (!(error instanceof SftpFailure) || error.code !== 'ENOENT') throw await explain(error);
        // Gone is fine; a folder that is not mounted is not.
        await on(() => sftp.list(dir));
      }
    },
    [Symbol.asyncDispose]: () => sftp[Symbol.asyncDispose](),
  };
}
