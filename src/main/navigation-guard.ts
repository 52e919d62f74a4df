import { app, shell, type WebContents } from 'electron';

/*
 * Every page of this program passes here: nothing goes anywhere that it was not let go to, whoever made the page.
 */

/** Where the main frame of a page may go. */
type Fence = (address: string) => boolean;

const fences = new WeakMap<WebContents, Fence>();

/** From now on these addresses are allowed in it; without a fence, none is. */
export function fenceIn(contents: WebContents, fence: Fence): void {
  fences.set(contents, fence);
}

let onNotOpened: () => void = () => undefined;

/** Told when a link of a page has led nowhere: a computer without a browser. The page that asked is not told. */
export function listenForNotOpened(listener: () => void): void {
  onNotOpened = listener;
}

/** Only https: whatever else a page asks for might start a program. */
function openOutside(address: string): void {
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:') return;
  shell.openExternal(address).catch(() => onNotOpened());
}

export function setupNavigationGuard(): void {
  app.on('web-contents-created', (_created, contents) => {
    const mayGo = (address: string): boolean => fences.get(contents)?.(address) ?? false;
    contents.on('will-navigate', (event) => {
      if (mayGo(event.url)) return;
      event.preventDefault();
      openOutside(event.url);
    });
    // a page cannot be made to send somebody out by answering with a redirect
    contents.on('will-redirect', (event) => {
      if (event.isMainFrame && !mayGo(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url);
      return { action: 'deny' };
    });
  });
}
