import { app, nativeTheme, session, type BrowserWindow } from 'electron';
import appIcon from '../../resources/icon.png?asset';
import type { Settings } from '../native/settings.ts';
import { serveApp } from './app-scheme.ts';
import { askAboutRuns } from './ask-about-runs.ts';
import { openDoorIpc } from './door-ipc.ts';
import { bringToFront, openMainWindow, WINDOW_PARTITION } from './main-window.ts';
import { setupMenu } from './menu.ts';
import { listenForNotOpened } from './navigation-guard.ts';
import { openProduct } from './product.ts';
import { programFiles } from './program-files.ts';
import { watchStatuses } from './status-watch.ts';
import { texts } from './text.ts';
import { openTray } from './tray.ts';
import type { WindowState } from './window-state.ts';

/** Servers that do not answer hold nobody up for longer. */
const CLOSE_TIMEOUT_MS = 5_000;

interface DesktopOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly state: WindowState;
}

/** The life of the program: a window that can be closed while runs go on, a tray, and an end that leaves nothing behind. */
export async function setupDesktop({ settings, version, state }: DesktopOptions): Promise<void> {
  let window: BrowserWindow | undefined;
  let ending: Promise<void> | undefined;
  let openWindow: () => void = () => undefined;

  const opening = openProduct({ settings, version, state, window: () => window, openWindow: () => openWindow() });
  app.on('second-instance', () => openWindow());
  app.on('activate', () => openWindow());
  // The program ends when it is told to: a run may go on without a window.
  app.on('window-all-closed', () => undefined);
  const [product] = await Promise.all([opening, app.whenReady()]);
  const { panel, runs, dashboards, log } = product;
  nativeTheme.themeSource = state.theme;
  serveApp(session.fromPartition(WINDOW_PARTITION), programFiles.renderer);
  setupMenu();

  listenForNotOpened(() => panel.announce('app.noticed', { level: 'warn', message: texts.linkNotOpened }));
  const ipc = openDoorIpc(panel, log);
  const tray = openTray({
    open: () => openWindow(),
    quit: () => app.quit(),
    watchesAlone: () => state.watchesAlone,
    watchAlone(watches) {
      state.keepWatchesAlone(watches);
      watchIfWanted();
    },
  });
  const statuses = watchStatuses(runs.core, (instances) => tray.show(instances), log);
  const watchIfWanted = (): void =>
    void statuses.then((watcher) => watcher.setWanted(window !== undefined || state.watchesAlone));

  const closeEverything = async (): Promise<void> => {
    ipc[Symbol.dispose]();
    tray[Symbol.dispose]();
    const closed = Promise.allSettled([
      statuses.then((one) => one[Symbol.asyncDispose]()),
      product[Symbol.asyncDispose](),
    ]);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS))]);
  };
  const end = (): void => {
    ending ??= closeEverything().finally(() => app.exit(0));
  };
  const letGoOfWindow = (): void => {
    const gone = window;
    window = undefined;
    gone?.destroy();
    watchIfWanted();
  };
  /** Asks first where something would be cut short. */
  const endOrAsk = async (): Promise<void> => {
    const answer = runs.goingOn === 0 ? 'quit' : await askAboutRuns(runs.goingOn, window);
    if (answer === 'quit') end();
    if (answer === 'tray') letGoOfWindow();
  };

  openWindow = () => {
    if (ending !== undefined) return;
    if (window !== undefined) {
      bringToFront(window);
      return;
    }
    const opened = openMainWindow({ state, preload: programFiles.preload, icon: appIcon });
    window = opened;
    watchIfWanted();
    ipc.serve(opened);
    opened.on('close', (event) => {
      if (ending !== undefined || process.platform === 'darwin') return;
      event.preventDefault();
      void endOrAsk();
    });
    // A page that was loaded again knows nothing of what lies over it.
    opened.webContents.on('did-navigate', () => void dashboards.closeAll());
    opened.once('closed', () => {
      if (window === opened) window = undefined;
      watchIfWanted();
      void dashboards.closeAll();
    });
  };
  app.on('before-quit', (event) => {
    if (ending === undefined && runs.goingOn > 0) {
      event.preventDefault();
      void endOrAsk();
      return;
    }
    event.preventDefault();
    end();
  });
  openWindow();
}
