import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog } from 'electron';
import { toAppError } from '../shared/app-error.ts';
import { readDataDir } from '../native/data-dir.ts';
import { parseSettings } from '../native/settings.ts';
import { readVersion } from '../native/version.ts';
import { setupDesktop } from './desktop.ts';
import { trustExtraCertificates } from './extra-certificates.ts';
import { texts } from './text.ts';
import { openWindowState } from './window-state.ts';

/** Nothing else of this door reads the environment. Ends the program where it cannot begin. */
export async function start(): Promise<void> {
  try {
    const settings = parseSettings(process.env, process.platform);
    trustExtraCertificates(process.env);
    // Beside what all doors share: one folder is all of Hardshell, and two data folders are two programs.
    const folder = join(readDataDir(settings), 'desktop');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    app.setName(texts.product);
    app.setPath('userData', folder);
    app.setPath('sessionData', folder);
    if (!app.requestSingleInstanceLock()) {
      app.exit(0);
      return;
    }
    const version = readVersion(fileURLToPath(import.meta.url));
    await setupDesktop({ settings, version, state: openWindowState(folder) });
  } catch (error) {
    const { message, hint = '', windowHint = hint, details } = toAppError(error);
    process.stderr.write(`${JSON.stringify({ level: 'error', message, details })}\n`);
    dialog.showErrorBox(texts.cannotStart, `${message}\n${windowHint}`);
    app.exit(1);
  }
}
