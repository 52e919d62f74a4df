import type { Browser, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../lab/launch-browser.ts';
import { serveLook } from './serve-look.ts';

const overviewOf = (digit: string): string => `#/instance/i-${digit.repeat(16)}/overview`;
const OVERVIEW = overviewOf('a');

/** The interface with invented data, for somebody without a mouse. */
describe('by keyboard', () => {
  let look: Awaited<ReturnType<typeof serveLook>>;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    look = await serveLook();
    browser = await launchBrowser();
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await browser.close();
    await look[Symbol.asyncDispose]();
  });

  const open = async (query: string, hash: string): Promise<void> => {
    page = await browser.newPage();
    await page.goto(`${look.url}?${query}${hash}`);
  };
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const hasFocus = (element: Locator): Promise<void> =>
    element.and(page.locator(':focus')).waitFor({ timeout: 20_000 });
  const press = async (element: Locator): Promise<void> => {
    await element.focus();
    await page.keyboard.press('Enter');
  };

  it('a dialog gives the focus back to the button that opened it', async () => {
    await open('', OVERVIEW);
    await press(button('Restart'));
    await hasFocus(button('Cancel'));
    await page.keyboard.press('Escape');
    await hasFocus(button('Restart'));
  });

  it('a dialog that was opened in a menu gives it back to the button of the menu', async () => {
    await open('', OVERVIEW);
    await press(button('More'));
    await press(page.getByRole('menuitem', { name: 'Remove…' }));
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(button('More'));
  });

  it('the palette gives it back', async () => {
    await open('', OVERVIEW);
    await button('Reveal').focus();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('logs');
    await page.keyboard.press('Escape');
    await hasFocus(button('Reveal'));
  });

  it('arrows go over the tabs, and only Enter opens one', async () => {
    await open('', OVERVIEW);
    const tab = (name: string): Locator => page.getByRole('tab', { name });
    await tab('Overview').focus();
    await page.keyboard.press('ArrowRight');
    await hasFocus(tab('Terminal'));
    await page.keyboard.press('ArrowRight');
    await hasFocus(tab('Logs'));
    expect(await tab('Overview').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await expect.poll(() => tab('Logs').getAttribute('aria-selected')).toBe('true');
  });

  it('what was unfolded stays so when what was typed in it is deleted', async () => {
    await open('look=fine', '#/new/local');
    await press(page.locator('summary', { hasText: 'More' }));
    const field = page.getByLabel('Instructions');
    await field.fill('Be kind.');
    await field.fill('');
    await hasFocus(field);
    expect(await field.isVisible()).toBe(true);
  });

  it('a button that is pressed while the server is still asked does its work', async () => {
    await open('far=1', OVERVIEW);
    await press(button('Stop'));
    await press(button('Stop it'));
    await button('Start').waitFor();
  });

  it('a server that asks for a password has it with Enter, and asks no more', async () => {
    await open('', overviewOf('d'));
    await page.getByLabel('Password').fill('an invented password');
    await page.keyboard.press('Enter');
    await expect.poll(() => button('Sign in').count()).toBe(0);
    await button('Stop').waitFor();
  });
});
