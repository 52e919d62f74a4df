import type { Client, FileEntryWithStats, SFTPWrapper } from 'ssh2';
import { AppError } from '../../../shared/app-error.ts';
import type { SshTarget } from '../../../shared/model/target.ts';
import { raceAbort } from '../abort.ts';
import { openSshWay, type SshDeps, type SshOptions } from './ssh-way.ts';

/** What every server takes at once (draft-ietf-secsh-filexfer-02, 3). */
const PIECE_BYTES = 32 * 1024;
/** So many pieces are on their way at once: 1 MB, enough for 100 Mbit/s over 80 ms. */
const WINDOW = 32;

/** Status codes of SFTP, version 3, as Node.js names them for files. */
const codes: Readonly<Record<number, string>> = {
  2: 'ENOENT',
  3: 'EACCES',
  8: 'ENOTSUP',
};

/** A failure that the server told of. `code` is as of a file of this computer; `EFAILURE`: the server does not say why. */
export class SftpFailure extends Error {
  override readonly name = 'SftpFailure';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface SftpEntry {
  readonly name: string;
  readonly bytes: number;
  /** By the clock of the server. */
  readonly changedMs: number;
}

/**
 * Files of a server whose login may be allowed nothing else. Every method rejects with an `SftpFailure`, or with the AppError
 * `host.connection-lost`. Disposing closes the connection.
 */
export interface Sftp extends AsyncDisposable {
  /** A new file for its owner alone, on the disk when this resolves where the server can say so. */
  writeNew(path: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  read(path: string): AsyncGenerator<Uint8Array>;
  /** Replaces what is there, in one step where the server can do that. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  list(dir: string): Promise<SftpEntry[]>;
  /** Bytes that are free there; undefined where the server does not say. */
  readRoom(dir: string): Promise<number | undefined>;
}

/**
 * Signs in as `openSshHost` does, with the same checks of host keys, and asks for files alone.
 * @throws AppError as `openSshHost`; `backup.unreachable` where the server offers no SFTP
 */
export async function openSftp(target: SshTarget, deps: SshDeps, options: SshOptions = {}): Promise<Sftp> {
  options.signal?.throwIfAborted();
  const way = await openSshWay(target, deps, options);
  try {
    const channel = await raceAbort(openChannel(way.client, target), [options.signal, way.closed]);
    // From here on the signal is for whoever moves bytes: what was begun is cleaned up after it as well.
    return createSftp(channel, way.closed, () => way.close());
  } catch (error) {
    await way.close();
    throw error;
  }
}

function openChannel(client: Client, { host }: SshTarget): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, channel) => {
      if (error === undefined) {
        // What breaks the channel breaks every request on it: those are told.
        channel.on('error', () => undefined);
        resolve(channel);
        return;
      }
      const message = `${host} offers no files over SFTP.`;
      const hint = 'Its sshd_config needs a line `Subsystem sftp internal-sftp`.';
      reject(new AppError('backup.unreachable', { message, hint, details: { host, reason: error.message } }));
    });
  });
}

type Answer<T> = (error: Error | null | undefined, value: T) => void;

function createSftp(channel: SFTPWrapper, closed: AbortSignal, close: () => Promise<void>): Sftp {
  const ask = <T>(request: (answer: Answer<T>) => void): Promise<T> => {
    const asked = new Promise<T>((resolve, reject) => {
      try {
        request((error, value) => {
          if (error === undefined || error === null) resolve(value);
          else reject(toFailure(error));
        });
      } catch (error) {
        // What the library does not even ask for, because the server did not offer it.
        reject(new SftpFailure('ENOTSUP', error instanceof Error ? error.message : String(error)));
      }
    });
    return raceAbort(asked, [closed]);
  };
  const tell = async (request: (done: (error?: Error | null) => void) => void): Promise<void> => {
    await ask<undefined>((answer) => request((error) => answer(error, undefined)));
  };
  const orUnsupported = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (error) {
      if (error instanceof SftpFailure && error.code === 'ENOTSUP') return false;
      throw error;
    }
  };
  const openFile = (path: string, flags: 'r' | 'wx'): Promise<Buffer> =>
    ask<Buffer>((answer) => channel.open(path, flags, flags === 'r' ? {} : { mode: 0o600 }, answer));
  const closeFile = (handle: Buffer): Promise<void> => tell((done) => channel.close(handle, done));

  /** As many pieces as fit into the window are on their way; the first that fails ends it. */
  const writePieces = async (handle: Buffer, source: AsyncIterable<Uint8Array>): Promise<void> => {
    const underWay = new Set<Promise<void>>();
    const failed: unknown[] = [];
    let position = 0;
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
        const piece = Buffer.from(chunk.subarray(start, start + PIECE_BYTES));
        const at = position;
        const sent: Promise<void> = tell((done) => channel.write(handle, piece, 0, piece.length, at, done))
          .catch((error: unknown) => void failed.push(error))
          .finally(() => underWay.delete(sent));
        underWay.add(sent);
        position += piece.length;
        if (underWay.size >= WINDOW) await Promise.race(underWay);
        if (failed.length > 0) break;
      }
      if (failed.length > 0) break;
    }
    await Promise.all(underWay);
    if (failed.length > 0) throw failed[0];
  };
  const readPiece = async (handle: Buffer, start: number, bytes: number): Promise<Buffer> => {
    const piece = Buffer.alloc(bytes);
    let filled = 0;
    while (filled < bytes) {
      const got = await ask<number>((answer) =>
        channel.read(handle, piece, filled, bytes - filled, start + filled, (error, count) =>
          // The end of the file, sooner than its size promised, is no failure of the server's.
          error !== undefined && (error as { code?: unknown }).code === 1 ? answer(undefined, 0) : answer(error, count),
        ),
      );
      if (got === 0) return piece.subarray(0, filled);
      filled += got;
    }
    return piece;
  };

  return {
    async writeNew(path, source) {
      const handle = await openFile(path, 'wx');
      try {
        await writePieces(handle, source);
        await orUnsupported(ask((answer) => channel.ext_openssh_fsync(handle, answer)));
      } catch (error) {
        await closeFile(handle).catch(() => undefined);
        throw error;
      }
      await closeFile(handle);
    },
    async *read(path) {
      const handle = await openFile(path, 'r');
      try {
        const { size } = await ask<{ size: number }>((answer) => channel.fstat(handle, answer));
        const pieces: Promise<Buffer>[] = [];
        for (let start = 0; start < size || pieces.length > 0;) {
          while (start < size && pieces.length < WINDOW) {
            const piece = readPiece(handle, start, Math.min(PIECE_BYTES, size - start));
            // Whoever has stopped reading by then does not wait for it.
            piece.catch(() => undefined);
            pieces.push(piece);
            start += PIECE_BYTES;
          }
          const next = await pieces.shift();
          if (next !== undefined && next.length > 0) yield next;
        }
      } finally {
        await closeFile(handle).catch(() => undefined);
      }
    },
    async rename(from, to) {
      if (await orUnsupported(tell((done) => channel.ext_openssh_rename(from, to, done)))) return;
      // Plain SFTP does not rename over a file.
      await tell((done) => channel.unlink(to, done)).catch(() => undefined);
      await tell((done) => channel.rename(from, to, done));
    },
    remove: (path) => tell((done) => channel.unlink(path, done)),
    list: async (dir) =>
      (await ask<FileEntryWithStats[]>((answer) => channel.readdir(dir, answer))).map(({ filename, attrs }) => ({
        name: filename,
        bytes: attrs.size,
        changedMs: attrs.mtime * 1000,
      })),
    async readRoom(dir) {
      try {
        return readFree(await ask<unknown>((answer) => channel.ext_openssh_statvfs(dir, answer)));
      } catch (error) {
        if (error instanceof SftpFailure) return undefined;
        throw error;
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

function readFree(said: unknown): number | undefined {
  if (typeof said !== 'object' || said === null) return undefined;
  const { f_bavail: blocks, f_frsize: size } = said as Record<string, unknown>;
  return isCount(blocks) && isCount(size) ? Number(blocks) * Number(size) : undefined;
}

function isCount(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function toFailure(error: Error): SftpFailure {
  const code = 'code' in error && typeof error.code === 'number' ? codes[error.code] : undefined;
  return new SftpFailure(code ?? 'EFAILURE', error.message);
}
