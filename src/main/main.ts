import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, nativeTheme, session } from 'electron';
import { toAppError } from '../shared/app-error.ts';
import { readDataDir } from '../native/core-deps.ts';
import { parseSettings } from '../native/settings.ts';
import { readVersion } from '../native/version.ts';
import { registerAppScheme, serveApp } from './app-scheme.ts';
import { setupDesktop } from './desktop.ts';
import { setupMenu } from './menu.ts';
import { setupNavigationGuard } from './navigation-guard.ts';
import { setupPermissions } from './permissions.ts';
import { programFiles } from './program-files.ts';
import { texts } from './text.ts';
import { openWindowState } from './window-state.ts';

/*
 * Door 1: this process becomes the desktop app. Nothing else here reads the environment.
 */

registerAppScheme();
setupPermissions();
setupNavigationGuard();

async function start(): Promise<void> {
  const settings = parseSettings(process.env, process.platform);
  const dataDir = readDataDir(settings);
  // Beside what all doors share: one folder is all of Hardshell, and two data folders are two programs.
  const folder = join(dataDir, 'desktop');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setName(texts.product);
  app.setPath('userData', folder);
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  const state = openWindowState(folder);
  await setupDesktop({
    settings,
    version: readVersion(fileURLToPath(import.meta.url)),
    state,
    onReady: () => {
      nativeTheme.themeSource = state.theme;
      serveApp(session.defaultSession, programFiles.renderer);
      setupMenu();
    },
  });
}

try {
  await start();
} catch (error) {
  const { message, hint = '' } = toAppError(error);
  dialog.showErrorBox(texts.cannotStart, `${message}\n${hint}`);
  app.exit(1);
}
