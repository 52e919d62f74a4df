import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/app-error.ts';

export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIR = 0o700;

/** On Windows a virus scanner or an indexer holds a new file for a moment; renaming over it then fails. */
const RENAME_TRIES = 20;
const RENAME_PAUSE_MS = 50;

/** A temporary file this old was left behind by a process that was killed: a write takes milliseconds. */
const LEFT_BEHIND_MS = 10 * 60_000;
const TEMPORARY = /\.[0-9a-f]{12}\.tmp$|\.lock\.reap-[0-9a-f-]+$/;
const OF_ONE_WRITE = /^[0-9a-f]{12}\.tmp$/;

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/**
 * Replaces a file whole or not at all, also when the process is killed or the power fails in the middle. Its folder is made
 * where it is missing, for this account alone.
 * @throws AppError `disk.full`; other failures of the file system as they come
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  mode: number = PRIVATE_FILE,
): Promise<void> {
  const folder = dirname(path);
  await makePrivateDir(folder);
  const temporary = join(folder, `${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(data);
      // What `open` was given is reduced by the umask.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (hasCode(error, 'ENOSPC', 'EDQUOT')) throw new AppError('disk.full', { details: { path }, cause: error });
    throw error;
  }
  await syncDir(folder);
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const passing = process.platform === 'win32' && hasCode(error, 'EPERM', 'EBUSY', 'EACCES');
      if (!passing || tries === RENAME_TRIES) throw error;
      await sleep(RENAME_PAUSE_MS);
    }
  }
}

/** A rename is on the disk only when its folder is. Windows has no such call; some network file systems refuse it. */
export async function syncDir(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!hasCode(error, 'EINVAL', 'ENOTSUP', 'EPERM')) throw error;
  } finally {
    await folder.close();
  }
}

/** Makes a folder, and those above it that are missing, for this account alone. An existing one is left as it is. */
export async function makePrivateDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: PRIVATE_DIR });
}

/** The paths beside `path` that are called as it is, with a dot and an `ending` behind. */
export async function listBeside(path: string, ending: RegExp): Promise<string[]> {
  const beginning = `${basename(path)}.`;
  return (await readdir(dirname(path)))
    .filter((name) => name.startsWith(beginning) && ending.test(name.slice(beginning.length)))
    .map((name) => join(dirname(path), name));
}

/** Removes what killed processes left of writing this very file. For who knows that nobody else writes it now. */
export async function sweepTemporariesOf(path: string): Promise<void> {
  for (const left of await listBeside(path, OF_ONE_WRITE)) await rm(left, { force: true });
}

/** Removes what killed processes left behind of `writeFileAtomic` and of taking over locks. */
export async function sweepTemporaryFiles(folder: string, nowMs: number): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  for (const name of names.filter((one) => TEMPORARY.test(one))) {
    const path = join(folder, name);
    try {
      if (nowMs - (await stat(path)).mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
}
