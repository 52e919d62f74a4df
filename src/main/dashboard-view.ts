import { WebContentsView, type BrowserWindow } from 'electron';
import type { Bounds } from '../shared/contract/dashboard.ts';
import type { Secret } from '../shared/secret.ts';
import { CALM_PAGE, serveCalmPage } from './app-scheme.ts';
import { fenceIn } from './navigation-guard.ts';

/** Chromium's ERR_ABORTED: left for another address. */
const GIVEN_UP = -3;
/** A page may be as large as this many steps of Chromium's zoom (20 % each) make it. */
const MOST_ZOOM = 4;

/*
 * One instance's own page over the window: a program of somebody else, which is given a screen and a network, and nothing of ours.
 */
export interface DashboardView extends Disposable {
  /** Loads an address of the gateway anew. @throws Error when nothing answers there */
  load(address: string): Promise<void>;
  /** Our own page in its place. */
  showCalmPage(): Promise<void>;
  /** Absent bounds hide it. */
  place(bounds: Bounds | undefined): void;
  zoom(step: 'in' | 'out' | 'reset'): void;
  find(text: string, direction: 'next' | 'previous'): void;
  /** Whether the page asks for a token. What a page answers is only a hint: it may be anybody's. */
  asksForLogin(): Promise<boolean>;
  /** Removes from what the page keeps for its session whatever holds the secret. */
  forget(secret: Secret): Promise<void>;
}

/** Where the page of an instance keeps what is its own, apart from every other. */
export const partitionOf = (instanceId: string): string => `persist:instance-${instanceId}`;

interface ViewOptions {
  readonly window: BrowserWindow;
  readonly instanceId: string;
  /** The only origin that the page may go to. */
  readonly origin: () => string;
  /** The page that was shown is gone: its process ended, or what it loaded by itself did not answer. */
  readonly onGone: () => void;
}

export function openDashboardView({ window, instanceId, origin, onGone }: ViewOptions): DashboardView {
  const view = new WebContentsView({
    webPreferences: {
      partition: partitionOf(instanceId),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      backgroundThrottling: true,
      // nothing of what is typed there goes to a spelling service
      spellcheck: false,
    },
  });
  const { webContents: page } = view;
  let isPlaced = false;
  /** Loads that were asked for: whoever asked hears how they end. */
  let ownLoads = 0;
  /** What was answered last: a page comes with a refusal as well, and is loaded like any other. */
  let httpStatus = 0;
  page.on('did-navigate', (_event, _address, status) => (httpStatus = status));
  const loadOwn = async (address: string): Promise<void> => {
    ownLoads += 1;
    try {
      await page.loadURL(address);
    } finally {
      ownLoads -= 1;
    }
    if (httpStatus >= 400) throw new Error(`The gateway answers ${httpStatus}.`);
  };
  /** Undefined where another page is shown. */
  const lookAt = async (code: string): Promise<unknown> =>
    page.getURL().startsWith(`${origin()}/`)
      ? ((await page.executeJavaScriptInIsolatedWorld(LOOKING_WORLD, [{ code }])) as unknown)
      : undefined;
  let searched = '';
  serveCalmPage(page.session);
  fenceIn(page, (address) => URL.canParse(address) && new URL(address).origin === origin());
  page.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') onGone();
  });
  page.on('did-fail-load', (_event, code, _description, _address, isMainFrame) => {
    if (isMainFrame && code !== GIVEN_UP && ownLoads === 0) onGone();
  });

  return {
    async load(address) {
      // A fragment alone would not load anything: the page has to be another one before.
      if (page.getURL().startsWith(`${origin()}/`)) await loadOwn(CALM_PAGE);
      await loadOwn(address);
    },
    async showCalmPage() {
      await loadOwn(CALM_PAGE);
    },
    place(bounds) {
      if (window.isDestroyed()) return;
      if (bounds === undefined) {
        if (isPlaced) window.contentView.removeChildView(view);
        isPlaced = false;
        return;
      }
      const scale = window.webContents.getZoomFactor();
      view.setBounds({
        x: Math.round(bounds.x * scale),
        y: Math.round(bounds.y * scale),
        width: Math.round(bounds.width * scale),
        height: Math.round(bounds.height * scale),
      });
      if (!isPlaced) window.contentView.addChildView(view);
      isPlaced = true;
    },
    zoom(step) {
      const level = step === 'reset' ? 0 : page.getZoomLevel() + (step === 'in' ? 0.5 : -0.5);
      page.setZoomLevel(Math.max(-MOST_ZOOM, Math.min(MOST_ZOOM, level)));
    },
    find(text, direction) {
      if (text === '') page.stopFindInPage('clearSelection');
      else page.findInPage(text, { forward: direction === 'next', findNext: text !== searched });
      searched = text;
    },
    async asksForLogin() {
      return (await lookAt("document.querySelector('.login-gate') !== null")) === true;
    },
    async forget(secret) {
      await lookAt(
        `for (const name of Object.keys(sessionStorage))
           if (sessionStorage.getItem(name)?.includes(${JSON.stringify(secret.reveal())})) sessionStorage.removeItem(name);`,
      );
    },
    [Symbol.dispose]() {
      if (!window.isDestroyed() && isPlaced) window.contentView.removeChildView(view);
      isPlaced = false;
      if (!page.isDestroyed()) page.close();
    },
  };
}

/** A world of its own in the page: what we look with is not the page's to replace. */
const LOOKING_WORLD = 1001;
