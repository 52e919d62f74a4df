import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasFocus, openLookBrowser, press, type LookBrowser } from './look-browser.ts';

const overviewOf = (digit: string): string => `#/instance/i-${digit.repeat(16)}/overview`;
const OVERVIEW = overviewOf('a');

/** The interface with invented data, for somebody without a mouse. */
describe('by keyboard', () => {
  let look: LookBrowser;
  let page: Page;
  beforeAll(async () => {
    look = await openLookBrowser();
  });
  afterEach(() => page.close());
  afterAll(() => look[Symbol.asyncDispose]());

  const open = async (query: string, hash: string): Promise<void> => {
    page = await look.open(query, hash);
  };
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });

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

  it('Enter alone goes through the wizard to a plan in Docker', async () => {
    await open('look=fine', '#/new/docker');
    await hasFocus(button('Continue'));
    await page.keyboard.press('Enter');
    await hasFocus(page.getByLabel('Name', { exact: true }));
    await page.keyboard.press('Enter');
    await hasFocus(button('Deploy'));
  });

  it('what is wrong in what is folded away gets the focus, and nothing typed is lost on the way back', async () => {
    await open('look=fine', '#/new/docker');
    await press(button('Continue'));
    await page.getByLabel('Access', { exact: true }).selectOption('domain');
    await page.getByLabel('Domain', { exact: true }).fill('claw.example.org');
    await press(page.locator('summary', { hasText: 'Advanced' }));
    const allow = page.getByLabel('Only from these addresses');
    await allow.fill('my house');
    await button('Continue').click();
    await hasFocus(allow);
    await allow.fill('203.0.113.7');
    await button('Continue').click();
    await hasFocus(button('Deploy'));
    await button('Back').click();
    expect(await allow.inputValue()).toBe('203.0.113.7');
    expect(await page.getByLabel('Domain', { exact: true }).inputValue()).toBe('claw.example.org');
  });

  it('who mends the first of two errors is not moved on to the second by the first letter', async () => {
    await open('look=fine', '#/new/server');
    await page.getByLabel('Port', { exact: true }).fill('abc');
    await button('Connect').click();
    const address = page.getByLabel('Address', { exact: true });
    await hasFocus(address);
    await page.keyboard.type('nas.example.org');
    expect(await address.inputValue()).toBe('nas.example.org');
  });

  it('a change of access shows its steps, and Back finds what was typed', async () => {
    await open('', `#/instance/i-${'e'.repeat(16)}/access`);
    await press(button('Change…').first());
    const host = page.getByLabel('Domain', { exact: true });
    await host.fill('elsewhere.example.org');
    await page.keyboard.press('Enter');
    await hasFocus(button('Do it'));
    // nothing of it is cut off: what is too long for the dialog is scrolled there
    const plan = page.getByRole('region', { name: 'What will happen' });
    expect(await plan.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
    await press(button('Back'));
    expect(await host.inputValue()).toBe('elsewhere.example.org');
    await press(button('Show what will happen'));
    await hasFocus(button('Do it'));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/run/');
  });

  it('suspending asks first and resuming does not', async () => {
    await open('', overviewOf('e'));
    await press(button('Suspend'));
    await page.getByLabel('Why').fill('It ran wild');
    await press(button('Suspend it now'));
    await expect.poll(() => page.url()).toContain('#/run/');
    await page.goto(page.url().replace(/#.*/, overviewOf('f')));
    await press(button('Resume'));
    await expect.poll(() => page.url()).toContain('#/run/');
  });

  it('a guard is switched on, filled in and saved', async () => {
    await open('', overviewOf('e'));
    await press(page.getByRole('switch', { name: 'It crashes again and again' }));
    await page.getByLabel('More than').fill('0');
    await page.keyboard.press('Enter');
    await hasFocus(page.getByLabel('More than'));
    await page.getByLabel('More than').fill('4');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  });

  it('a server that asks for a password has it with Enter, and asks no more', async () => {
    await open('', overviewOf('d'));
    await page.getByLabel('Password').fill('an invented password');
    await page.keyboard.press('Enter');
    await expect.poll(() => button('Sign in').count()).toBe(0);
    await button('Stop').waitFor();
  });
});
