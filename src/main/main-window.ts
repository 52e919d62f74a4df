import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_ORIGIN } from './app-scheme.ts';
import { fenceIn } from './navigation-guard.ts';
import { texts } from './text.ts';
import { fitBounds } from './visible-bounds.ts';
import type { WindowState } from './window-state.ts';

const USUAL_SIZE = { width: 1200, height: 800 };
const SMALLEST = { minWidth: 720, minHeight: 480 };
/** `--bg` of the interface's two themes: a window is seen before its page is. */
const BACKGROUND = { light: '#f8f6f4', dark: '#171412' };

const backgroundNow = (): string => (nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light);

/** A page whose process ends sooner would be loaded again for ever. */
const LASTING_PAGE_MS = 5_000;

/** A session of its own: what the interface keeps in it is of one data folder, and no dashboard shares it. */
export const WINDOW_PARTITION = 'persist:window';

interface WindowOptions {
  readonly state: WindowState;
  readonly preload: string;
  readonly icon: string;
}

/** The one window, with the interface in it. It shows itself when there is something to see. */
export function openMainWindow({ state, preload, icon }: WindowOptions): BrowserWindow {
  const kept =
    state.bounds &&
    fitBounds(
      state.bounds,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    );
  const window = new BrowserWindow({
    ...(kept ?? USUAL_SIZE),
    ...SMALLEST,
    title: texts.product,
    // Alt shows it: every command is in the window as well
    autoHideMenuBar: true,
    icon,
    show: false,
    backgroundColor: backgroundNow(),
    webPreferences: {
      preload,
      partition: WINDOW_PARTITION,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (state.maximised) window.maximize();
  fenceIn(window.webContents, (address) => address.startsWith(`${APP_ORIGIN}/`));
  window.once('ready-to-show', () => window.show());
  const followTheme = (): void => window.setBackgroundColor(backgroundNow());
  nativeTheme.on('updated', followTheme);
  window.on('close', () => keepPlace(window, state));
  window.once('closed', () => nativeTheme.off('updated', followTheme));
  let loadedAtMs = Number.POSITIVE_INFINITY;
  window.webContents.on('did-finish-load', () => (loadedAtMs = performance.now()));
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || performance.now() - loadedAtMs < LASTING_PAGE_MS) return;
    loadedAtMs = Number.POSITIVE_INFINITY;
    // What goes on does so here; the page finds it again.
    setImmediate(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    });
  });
  // A page that cannot be loaded is a broken build: the window says so by staying empty, the log by name.
  void window.loadURL(`${APP_ORIGIN}/`).catch(() => undefined);
  return window;
}

/** An end that closes no window tells no window of it: whoever ends the program asks for this. */
export function keepPlace(window: BrowserWindow, state: WindowState): void {
  state.keepPlace(window.getNormalBounds(), window.isMaximized());
}

/** Where a person looks for it: in front, whatever it was before. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
