import { lstat, mkdir } from 'node:fs/promises';
import { AppError } from '../../shared/app-error.ts';
import { hasCode, makePrivateDir, PRIVATE_DIR } from './atomic-file.ts';
import { dirname } from 'node:path';

/**
 * Makes sure of a folder that this account alone may enter, in a place where others may write (the temporary folder): one
 * that was put there by somebody else, is a link, or is open to others is refused, because its owner could listen in.
 * @throws AppError `state.unsafe`
 */
export async function openPrivateDir(path: string): Promise<void> {
  await makePrivateDir(dirname(path));
  try {
    await mkdir(path, { mode: PRIVATE_DIR });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  // Windows' temporary folder belongs to the account already, and its modes say nothing.
  if (process.platform === 'win32') return;
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) {
    throw new AppError('state.unsafe', { details: { path } });
  }
}
