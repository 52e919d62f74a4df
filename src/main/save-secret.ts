import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { app, dialog, type BrowserWindow, type SaveDialogOptions } from 'electron';
import { AppError } from '../shared/app-error.ts';
import type { Secret } from '../shared/secret.ts';
import { createSaveQuestions, type FileToSave } from './save-questions.ts';

interface File extends FileToSave {
  readonly window: BrowserWindow | undefined;
}

const save = createSaveQuestions(ask);

/** Asks where to, and writes the secret there for this account alone. False: the person chose nothing. */
export async function saveSecret(window: BrowserWindow | undefined, name: string, secret: Secret): Promise<boolean> {
  return save({ window, name, content: secret.reveal() });
}

/** The same for what is no secret: it may lie wherever the person says, and still is theirs alone. */
export async function saveFile(window: BrowserWindow | undefined, name: string, content: Uint8Array): Promise<boolean> {
  return save({ window, name, content });
}

async function ask({ window, name, content }: File): Promise<boolean> {
  const options: SaveDialogOptions = {
    defaultPath: join(app.getPath('documents'), name),
    properties: ['showOverwriteConfirmation'],
  };
  const { canceled, filePath } = await (window === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  if (canceled || filePath === '') return false;
  try {
    await using file = await open(filePath, 'w', 0o600);
    // One that was there before may be for everybody to read.
    await file.chmod(0o600);
    await file.writeFile(content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('backup.denied', {
      message: `The file ${filePath} could not be written.`,
      hint: 'Choose another folder.',
      details: { path: filePath, reason },
      cause,
    });
  }
  return true;
}
