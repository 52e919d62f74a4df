import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { app, dialog, type BrowserWindow, type SaveDialogOptions } from 'electron';
import { AppError, isAppError } from '../shared/app-error.ts';

let isAsking = false;

/**
 * Asks where to, then writes there what is read, piece by piece: however much it is. It gets its name when it is whole. False: the
 * person chose nothing, or is being asked already.
 */
export async function saveStream(
  window: BrowserWindow | undefined,
  name: string,
  read: () => AsyncIterable<string>,
): Promise<boolean> {
  if (isAsking) return false;
  isAsking = true;
  try {
    const options: SaveDialogOptions = {
      defaultPath: join(app.getPath('documents'), name),
      properties: ['showOverwriteConfirmation'],
    };
    const { canceled, filePath } = await (window === undefined
      ? dialog.showSaveDialog(options)
      : dialog.showSaveDialog(window, options));
    if (canceled || filePath === '') return false;
    await write(filePath, read());
    return true;
  } finally {
    isAsking = false;
  }
}

async function write(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const partial = `${path}.partial`;
  try {
    {
      await using file = await open(partial, 'w', 0o600);
      for await (const piece of pieces) await file.write(piece);
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    if (isAppError(cause)) throw cause;
    throw new AppError('logs.not-saved', {
      message: `The file ${path} could not be written.`,
      details: { path, reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    });
  }
}
