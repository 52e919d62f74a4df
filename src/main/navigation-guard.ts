import { app, shell, type WebContents } from 'electron';

/*
 * Every page of this program passes here: nothing goes anywhere that it was not let go to, whoever made the page.
 */

/** Where the main frame of a page may go. */
export type Fence = (address: string) => boolean;

const fences = new WeakMap<WebContents, Fence>();

/** From now on these addresses are allowed in it; without a fence, none is. */
export function fenceIn(contents: WebContents, fence: Fence): void {
  fences.set(contents, fence);
}

/** Only https: whatever else a page asks for might start a program. */
export async function openOutside(address: string): Promise<void> {
  if (URL.canParse(address) && new URL(address).protocol === 'https:') await shell.openExternal(address);
}

export function setupNavigationGuard(): void {
  app.on('web-contents-created', (_created, contents) => {
    const mayGo = (address: string): boolean => fences.get(contents)?.(address) ?? false;
    contents.on('will-navigate', (event) => {
      if (mayGo(event.url)) return;
      event.preventDefault();
      void openOutside(event.url);
    });
    // a page cannot be made to send somebody out by answering with a redirect
    contents.on('will-redirect', (event) => {
      if (event.isMainFrame && !mayGo(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      void openOutside(url);
      return { action: 'deny' };
    });
  });
}
