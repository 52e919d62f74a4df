import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasFocus, openLookBrowser, press, type LookBrowser } from './look-browser.ts';

const at = (tab: string, digit = 'a'): string => `#/instance/i-${digit.repeat(16)}/${tab}`;

/** Every tab of an instance with what is done there most, by the name of the button and what it opens. */
describe('the tabs of an instance, without a mouse', () => {
  let look: LookBrowser;
  let page: Page;
  beforeAll(async () => {
    look = await openLookBrowser();
  });
  afterEach(() => page.close());
  afterAll(() => look[Symbol.asyncDispose]());

  const open = async (hash: string, query = ''): Promise<void> => {
    page = await look.open(query, hash);
  };
  const button = (name: string | RegExp): Locator =>
    page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).first();
  const dialog = (): Locator => page.getByRole('dialog');

  it('each is found in the palette', async () => {
    await open(at('overview'));
    await page.getByRole('tab', { name: 'Access' }).waitFor();
    const tabs = await page.getByRole('tab').allTextContents();
    expect(tabs).toHaveLength(10);
    let isInShell = false;
    for (const tab of tabs) {
      await page.keyboard.press(isInShell ? 'Control+Shift+K' : 'Control+k');
      await dialog().waitFor();
      await page.keyboard.type(`${tab} ${tab === 'Access' ? 'to' : 'of'} atlas`);
      await page.keyboard.press('Enter');
      await expect
        .poll(() => page.getByRole('tab', { name: tab }).getAttribute('aria-selected'), {
          message: tab,
          timeout: 20_000,
        })
        .toBe('true');
      await dialog().waitFor({ state: 'detached' });
      isInShell = tab === 'Terminal';
      if (isInShell) await hasFocus(page.locator('.xterm-helper-textarea'));
    }
  });

  it.each([
    ['overview', 'Restart'],
    ['agent', 'Change…'],
    ['agent', 'Add a key…'],
    ['agent', 'Edit SOUL.md'],
    ['channels', 'Add a channel…'],
    ['backups', 'Back up now'],
    ['backups', /^Restore the backup of/],
    ['access', 'New token…'],
    ['access', /^Let in /],
  ] as const)('on %s “%s” opens with Enter, is left with Escape, and has the focus again', async (tab, name) => {
    await open(at(tab));
    await button(name).waitFor();
    await press(button(name));
    await dialog().waitFor();
    await dialog().locator(':focus').waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await hasFocus(button(name));
  });

  it('a phone that is linked is linked anew only when that is chosen', async () => {
    await open(at('channels'));
    await press(page.getByRole('button', { name: /^More .*WhatsApp/ }));
    await press(page.getByRole('menuitem', { name: 'Scan a code…' }));
    await dialog().getByText('already linked').waitFor();
    await press(button('Unlink and link anew'));
    await dialog().getByText('Connected.').waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(page.getByRole('button', { name: /^More .*WhatsApp/ }));
  });

  it('a setting is changed in the form, shown with Ctrl+S and applied with Enter', async () => {
    await open(at('configuration'));
    await page.getByLabel('Log level').focus();
    await page.keyboard.type('debug');
    await page.keyboard.press('Control+s');
    await button('Apply').waitFor();
    await page.getByLabel(/^Why/).focus();
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await button('Read again').waitFor();
  });

  it('the text offers what fits, says what does not, and is left with Escape and Tab', async () => {
    await open(at('configuration'));
    await press(button('Text'));
    const editor = page.getByRole('textbox', { name: 'openclaw.json' });
    await editor.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type(' "logging": { "lev');
    const offered = page.getByRole('listbox').getByRole('option', { name: /^level/ });
    await offered.waitFor();
    await page.waitForTimeout(150); // keys that come at once after the list are taken for typing
    await page.keyboard.press('Enter');
    await expect.poll(() => editor.innerText()).toContain('"level"');
    await page.keyboard.type(': "loud" },');
    await page.locator('.cm-lintRange-error').first().waitFor();
    // Said below the text as well, for who has no mouse.
    await page
      .locator('.cm-panel-lint')
      .getByText(/^logging\.level: /)
      .waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await editor.and(page.locator(':focus')).count()).toBe(0);
  });

  it('who is too late with a change begins on the way back, and is not kept in the merging', async () => {
    await open(at('configuration'), 'look=conflict');
    await press(button('Text'));
    await page.getByRole('textbox', { name: 'openclaw.json' }).focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type(' ');
    await page.keyboard.press('Control+s');
    await hasFocus(button('Back'));
    const mine = dialog().getByRole('textbox', { name: 'Yours' });
    await mine.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await expect.poll(() => mine.and(page.locator(':focus')).count()).toBe(0);
    await press(button('Back'));
    await dialog().waitFor({ state: 'detached' });
    await button('Discard').waitFor();
  });

  it('an older text of a file takes the place of what was typed only when that is chosen', async () => {
    await open(at('agent'));
    await press(button('Edit SOUL.md'));
    const editor = dialog().getByRole('textbox', { name: 'Text' });
    await editor.fill('Be brief.');
    await press(dialog().locator('summary', { hasText: 'History' }));
    await press(button(/^Show the text of/));
    await hasFocus(button('Cancel'));
    await page.keyboard.press('Enter');
    expect(await editor.inputValue()).toBe('Be brief.');
  });

  it('a change is taken back from the history', async () => {
    await open(at('configuration'));
    await press(button('History'));
    await press(button(/^Take back/));
    await button('Take back').waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(button(/^Take back the change/));
  });

  it('the log is searched, and gone through match by match', async () => {
    await open(at('logs'));
    const search = page.getByRole('searchbox', { name: 'Search the log' });
    await search.focus();
    await page.keyboard.type('session');
    // Enter goes to a match that is there: the lines come when they come
    await page.getByText(/^0 of \d+$/).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-current="true"]').first().waitFor();
    await hasFocus(search);
  });

  it('a diagnosis is looked at, and its doctor asked', async () => {
    await open(at('diagnostics'));
    await press(button('Show what it would change'));
    await button('Write it').waitFor();
  });

  it('what was found leads to where it is mended', async () => {
    await open(at('diagnostics'));
    await press(page.getByRole('link', { name: 'Channels: Telegram' }));
    await button('Add a channel…').waitFor();
  });

  it('the terminal takes the keys', async () => {
    await open(at('terminal'));
    await page.locator('.xterm-helper-textarea').first().waitFor({ state: 'attached' });
    await page.locator('.xterm-helper-textarea').first().focus();
    await page.keyboard.type('ls');
    await hasFocus(page.locator('.xterm-helper-textarea').first());
  });
});
