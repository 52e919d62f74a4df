import type { Locator, Page } from 'playwright';
import { launchBrowser } from '../lab/launch-browser.ts';
import { serveLook } from './serve-look.ts';

/** The interface with invented data, in a browser. */
export interface LookBrowser extends AsyncDisposable {
  open(query: string, hash: string): Promise<Page>;
}

export async function openLookBrowser(): Promise<LookBrowser> {
  const look = await serveLook();
  const browser = await launchBrowser();
  return {
    async open(query, hash) {
      const page = await browser.newPage();
      await page.goto(`${look.url}?${query}${hash}`);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await look[Symbol.asyncDispose]();
    },
  };
}

export const hasFocus = (element: Locator): Promise<void> =>
  element.and(element.page().locator(':focus')).waitFor({ timeout: 20_000 });

/** As somebody without a mouse. */
export async function press(element: Locator): Promise<void> {
  await element.focus();
  await element.page().keyboard.press('Enter');
}
