import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasFocus, openLookBrowser, press, type LookBrowser } from './look-browser.ts';

const overviewOf = (digit: string): string => `#/instance/i-${digit.repeat(16)}/overview`;

/** Updates in the interface with invented data. */
describe('updates', () => {
  let look: LookBrowser;
  let page: Page;
  beforeAll(async () => {
    look = await openLookBrowser();
  });
  afterEach(() => page.close());
  afterAll(() => look[Symbol.asyncDispose]());

  const open = async (query: string, digit = 'a'): Promise<void> => {
    page = await look.open(query, overviewOf(digit));
  };
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const dialog = (): Locator => page.getByRole('dialog');

  it('are offered with what is new, as text, and planned before they are made', async () => {
    await open('newer=1&look=node');
    await page.getByText('2026.9.7 is there').waitFor();
    await press(button('Update…'));
    await dialog().getByText('2026.9.6 → 2026.9.7').waitFor();
    await dialog().getByText('26.2.0 is put there').waitFor();
    await dialog().getByText('That will not be enough.').waitFor();
    expect(await dialog().locator('pre').textContent()).toContain('<b>Not a page</b>');
    expect(await dialog().locator('pre b').count()).toBe(0);
    await hasFocus(button('Show the plan'));
    await page.keyboard.press('Escape');
    await hasFocus(button('Update…'));
    await page.keyboard.press('Enter');
    await hasFocus(button('Show the plan'));
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Update atlas to 2026.9.7' }).waitFor();
    await press(button('Back'));
    await page.getByRole('dialog', { name: 'Update atlas', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog().count()).toBe(0);
  });

  it('of one that runs the newest are not pushed upon anybody', async () => {
    await open('look=newest');
    await page.getByText('OpenClaw 2026.9.6, the newest').waitFor();
    expect(await button('Update…').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Update all/ }).count()).toBe(0);
    await press(button('See what is new…'));
    await dialog().getByText('OpenClaw 2026.9.6 is the newest there is.').waitFor();
    expect(await button('Show the plan').count()).toBe(0);
  });

  it('are taken back by who has read what is lost', async () => {
    await open('', 'b');
    await page.getByText(/^to 2026\.9\.5, as it was/).waitFor();
    await press(button('Roll back…'));
    await dialog()
      .getByText(/State goes forward only/)
      .waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(button('Roll back…'));
  });

  it('that failed have left something, which is removed where the backups are', async () => {
    page = await look.open('', overviewOf('b').replace('overview', 'backups'));
    await page.getByText(/Left by an update that failed: 1\.[23] GB/).waitFor();
    await press(button('Remove it…'));
    await hasFocus(button('Remove it'));
    // What a plan warns of is said before it begins, whatever it is about.
    await dialog()
      .getByText(/^ufw is installed and off/)
      .waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(button('Remove it…'));
    await page.keyboard.press('Enter');
    await hasFocus(button('Remove it'));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/run/');
  });

  it('of all instances are listed before they begin', async () => {
    await open('newer=1');
    await press(page.getByRole('button', { name: /^Update all/ }));
    const rows = dialog().getByRole('listitem');
    await expect.poll(() => rows.count()).toBeGreaterThan(3);
    expect(await rows.first().textContent()).toContain('2026.9.6 → 2026.9.7');
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog().count()).toBe(0);
  });

  it('of all instances are made one after another, up to the first that fails', async () => {
    await open('newer=1&look=ends');
    await press(page.getByRole('button', { name: /^Update all/ }));
    const rows = dialog().getByRole('listitem');
    await expect.poll(() => rows.count()).toBeGreaterThan(3);
    await press(dialog().getByRole('button', { name: /^Update all \d+$/ }));
    await dialog().getByText('A download failed.').waitFor();
    const found = await rows.locator('[data-is]').all();
    const states = await Promise.all(found.map((one) => one.getAttribute('data-is')));
    expect(states.slice(0, 3)).toEqual(['done', 'done', 'failed']);
    expect(new Set(states.slice(3))).toEqual(new Set(['left']));
    // What was begun can be read, and nothing can be begun again from here.
    expect(await rows.nth(2).getByRole('link').getAttribute('href')).toContain('r-begun0000-00000003');
    expect(
      await dialog()
        .getByRole('button', { name: /^Update/ })
        .count(),
    ).toBe(0);
    await press(dialog().getByRole('button', { name: 'Close' }));
    await expect.poll(() => dialog().count()).toBe(0);
  });
});
