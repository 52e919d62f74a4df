import { app, nativeTheme, session, type BrowserWindow } from 'electron';
import appIcon from '../../resources/icon.png?asset';
import type { Settings } from '../native/settings.ts';
import { serveApp } from './app-scheme.ts';
import { askAboutRuns } from './ask-about-runs.ts';
import { openDoorIpc } from './door-ipc.ts';
import { createLog } from './log.ts';
import { bringToFront, keepPlace, openMainWindow, WINDOW_PARTITION } from './main-window.ts';
import { setupMenu } from './menu.ts';
import { listenForNotOpened } from './navigation-guard.ts';
import type { Product } from './product.ts';
import { programFiles } from './program-files.ts';
import { watchStatuses, type StatusWatcher } from './status-watch.ts';
import { texts } from './text.ts';
import { openTray } from './tray.ts';
import type { WindowState } from './window-state.ts';

/** Servers that do not answer hold nobody up for longer. */
const CLOSE_TIMEOUT_MS = 5_000;
/** A page that does not come is no reason not to begin. */
const PAGE_TIMEOUT_MS = 1_000;

interface DesktopOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly state: WindowState;
}

/** The life of the program: a window that can be closed while runs go on, a tray, and an end that leaves nothing behind. */
export async function setupDesktop({ settings, version, state }: DesktopOptions): Promise<void> {
  const log = createLog(settings);
  const ipc = openDoorIpc(log);
  let window: BrowserWindow | undefined;
  /** What is there as soon as it is read from the disk. */
  const ready: { product?: Product; statuses?: StatusWatcher } = {};
  let ending: Promise<void> | undefined;
  const isWatched = (): boolean => window !== undefined || state.watchesAlone;
  const watchIfWanted = (): void => {
    if (ending === undefined) ready.statuses?.setWanted(isWatched());
  };

  const openWindow = (): void => {
    if (ending !== undefined || !app.isReady()) return;
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
    opened.webContents.on('did-navigate', () => void ready.product?.dashboards.closeAll());
    opened.once('closed', () => {
      if (window === opened) window = undefined;
      watchIfWanted();
      void ready.product?.dashboards.closeAll();
    });
  };

  const toClose: Disposable[] = [ipc];
  const closeEverything = async (): Promise<void> => {
    if (window?.isDestroyed() === false) keepPlace(window, state);
    for (const one of toClose) one[Symbol.dispose]();
    const closed = Promise.allSettled([
      ready.statuses?.[Symbol.asyncDispose](),
      ready.product?.[Symbol.asyncDispose](),
    ]);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS))]);
  };
  const end = (): void => {
    if (ending !== undefined) return;
    // Electron would show an error that nobody catches, and wait for an answer. Its Node.js makes one of a TLS connection that is
    // cut off while it reads.
    process.on('uncaughtException', (error) =>
      log({ level: 'warn', message: texts.failedAtEnd, details: { reason: String(error) } }),
    );
    ending = closeEverything().finally(() => app.exit(0));
  };
  const letGoOfWindow = (): void => {
    const gone = window;
    window = undefined;
    gone?.destroy();
    watchIfWanted();
  };
  let isAsking = false;
  /** Asks first where something would be cut short; once, whoever else wants an end meanwhile. */
  const endOrAsk = async (): Promise<void> => {
    const goingOn = ready.product?.core.runs.countGoingOn() ?? 0;
    if (goingOn === 0) end();
    if (goingOn === 0 || isAsking) return;
    isAsking = true;
    const answer = await askAboutRuns(goingOn, window).finally(() => (isAsking = false));
    if (answer === 'quit') end();
    if (answer === 'tray') letGoOfWindow();
  };

  app.on('second-instance', openWindow);
  app.on('activate', openWindow);
  // The program ends when it is told to: a run may go on without a window.
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (ending === undefined) void endOrAsk();
  });

  const begin = async (): Promise<void> => {
    await app.whenReady();
    nativeTheme.themeSource = state.theme;
    const pageIsBusy = new Promise<void>((resolve) => {
      serveApp(session.fromPartition(WINDOW_PARTITION), programFiles.renderer, resolve);
    });
    setupMenu();
    openWindow();
    // While the page reads its program in a process of its own, this one reads the rest of ours; what it asks waits in the door.
    await Promise.race([pageIsBusy, new Promise((resolve) => setTimeout(resolve, PAGE_TIMEOUT_MS))]);
    const { openProduct } = await import('./product.ts');
    const product = await openProduct({ settings, log, version, state, window: () => window, openWindow });
    ready.product = product;
    const { panel, core } = product;
    listenForNotOpened(() => panel.announce('app.noticed', { level: 'warn', message: texts.linkNotOpened }));
    ipc.answerWith(panel);
    const tray = openTray({
      open: openWindow,
      quit: () => app.quit(),
      watchesAlone: () => state.watchesAlone,
      watchAlone(watches) {
        state.keepWatchesAlone(watches);
        watchIfWanted();
      },
    });
    toClose.push(tray);
    ready.statuses = await watchStatuses(
      core,
      (instances) => {
        // The tray is gone by then.
        if (ending === undefined) tray.show(instances);
      },
      log,
    );
    watchIfWanted();
  };
  await begin().catch((error: unknown) => {
    // What is taken away because it is to end is no reason why it could not begin.
    if (ending === undefined) throw error;
  });
}
