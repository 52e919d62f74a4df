import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasFocus, openLookBrowser, press, type LookBrowser } from './look-browser.ts';

const BACKUPS = `#/instance/i-${'a'.repeat(16)}/backups`;

/** The interface of backups with invented data, by keyboard alone. */
describe('backups in the interface', () => {
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
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });
  const rows = (): Locator => page.getByRole('list', { name: 'Backups' }).getByRole('listitem');

  it('one is made after its plan was seen, and its run is followed', async () => {
    await open('', BACKUPS);
    await press(button('Back up now'));
    await hasFocus(button('Back up'));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/run/');
  });

  it('one is put back after what is lost was said, and Cancel leads back to its row', async () => {
    await open('', BACKUPS);
    const restore = button(/^Restore the backup of/).nth(1);
    await press(restore);
    await hasFocus(button('Restore'));
    const said = await page.getByRole('dialog').innerText();
    expect(said).toMatch(/What has come in the 20 h since then is backed up first/);
    expect(said).toContain('made by OpenClaw 2026.9.5; 2026.9.6 is installed');
    await page.keyboard.press('Escape');
    await hasFocus(restore);
    await page.keyboard.press('Enter');
    await hasFocus(button('Restore'));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/run/');
  });

  it('one of another instance can be put in its place, and says so', async () => {
    await open('', BACKUPS);
    await press(page.locator('summary', { hasText: 'Of other instances (1)' }));
    await press(button(/^Restore the backup of/).last());
    await hasFocus(button('Restore'));
    expect(await page.getByRole('dialog').innerText()).toContain('atlas becomes what old-laptop was');
  });

  it('one is read back, and one is deleted after a question', async () => {
    await open('', BACKUPS);
    await page.getByText('Never read back').waitFor();
    expect(await rows().count()).toBe(4);
    await press(button(/^More about/).first());
    await press(page.getByRole('menuitem', { name: 'Delete…' }));
    await press(button('Cancel'));
    expect(await rows().count()).toBe(4);
    await press(button(/^More about/).first());
    await press(page.getByRole('menuitem', { name: 'Delete…' }));
    await press(button('Delete it'));
    await expect.poll(() => rows().count()).toBe(3);
  });

  it('one that does not answer says so at its own row', async () => {
    await open('look=unreachable', BACKUPS);
    await press(button(/^More about/).nth(1));
    await press(page.getByRole('menuitem', { name: 'Read it back now' }));
    await rows().nth(1).getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(1);
  });

  it('a policy with a mistake keeps the focus there, and is saved without it', async () => {
    await open('', BACKUPS);
    await page.getByLabel('Made', { exact: true }).selectOption('week');
    await page.getByLabel('On', { exact: true }).selectOption('Tuesday');
    await press(button('Add a place'));
    const place = page.getByLabel('Place 1', { exact: true });
    await place.fill('nas');
    await page.keyboard.press('Enter');
    await hasFocus(place);
    await place.fill('/mnt/nas');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  });

  it('a place on a server is tried: its key is asked about, and then it works', async () => {
    await open('', BACKUPS);
    await press(button('Add a place'));
    await page.getByLabel('Place 1', { exact: true }).fill('sftp://anna@nas.example.org/volume1');
    await press(button('Try it: place 1'));
    await page.getByRole('alert').filter({ hasText: 'host key' }).waitFor();
    await press(page.getByRole('button', { name: /trust/i }));
    await page.getByRole('status').filter({ hasText: 'it works' }).waitFor();
  });

  it('the recovery sheet is shown to who confirms, and hidden again', async () => {
    await open('', BACKUPS);
    await press(button('Show…'));
    expect(await page.getByText('AGE-SECRET-KEY').count()).toBe(0);
    await press(button('Show it'));
    await page.getByText('AGE-SECRET-KEY').waitFor();
    await press(button('Hide'));
    expect(await page.getByText('AGE-SECRET-KEY').count()).toBe(0);
    expect(await button('Save as a file…').count()).toBe(0);
  });

  it('after a computer is lost, they are taken over from where nothing else is', async () => {
    await open('empty=1', '#/');
    await press(button('Restore from a backup…'));
    const from = page.getByLabel('Where they lie');
    await hasFocus(from);
    await page.keyboard.press('Enter');
    await hasFocus(from);
    await from.fill('/mnt/nas');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('old-laptop').waitFor();
    await hasFocus(button('Deploy a new instance'));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/new');
  });
});
