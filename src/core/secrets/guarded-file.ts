import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../shared/app-error.ts';

/** A passphrase or a key is short; whatever is longer is another file. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads a file that guards secrets. One that other accounts may read is refused, as ssh does with keys: the vault would only
 * look encrypted. A file of root's is as good as our own, because root can read ours as well (mounted secrets are root's).
 * Links are followed, and what they lead to is judged; a pipe is read to its end.
 * @throws AppError `secrets.exposed`; failures of the file system as they come
 */
export async function readGuardedFile(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY);
  try {
    await refuseExposed(file, path);
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(4096), 0, 4096, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytesRead));
      sizeBytes += bytesRead;
      if (sizeBytes > MAX_BYTES)
        throw new AppError('secrets.damaged', {
          message: 'The file is too long to be a passphrase or a key.',
          details: { path },
        });
    }
  } finally {
    await file.close();
  }
}

async function refuseExposed(file: FileHandle, path: string): Promise<void> {
  // Windows keeps its rules elsewhere; a profile's files are closed to other accounts there.
  if (process.platform === 'win32') return;
  const { mode, uid } = await file.stat();
  if ((mode & 0o077) !== 0 || (uid !== 0 && uid !== process.getuid?.())) {
    throw new AppError('secrets.exposed', {
      details: { path, mode: (mode & 0o777).toString(8).padStart(4, '0'), uid },
    });
  }
}
