/** @import { Look } from './look-screens.mjs' */

/**
 * @param {string} digit
 * @param {string} tab
 */
const at = (digit, tab) => `#/instance/i-${digit.repeat(16)}/${tab}`;

/**
 * Opens a dialog by the button of that name.
 * @param {string} button
 */
const press =
  (button) =>
  /** @param {import('playwright').Page} page */
  async (page) => {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor();
  };

/** @type {readonly Look[]} */
export const instanceScreens = [
  { name: 'overview', hash: at('a', 'overview') },
  {
    name: 'overview-day',
    hash: at('a', 'overview'),
    async act(page) {
      await page.getByLabel('Time span').selectOption('day');
    },
  },
  {
    name: 'overview-token',
    hash: at('a', 'overview'),
    async act(page) {
      await page.getByRole('button', { name: 'Reveal' }).click();
      await page.getByRole('button', { name: 'Show it' }).click();
      await page.getByRole('button', { name: 'Hide' }).waitFor();
    },
  },
  { name: 'overview-stopped', hash: at('b', 'overview') },
  { name: 'overview-unreachable', hash: at('c', 'overview') },
  { name: 'overview-sign-in', hash: at('d', 'overview') },
  { name: 'overview-waiting', hash: at('a', 'overview'), query: 'slow=1' },
  { name: 'instance-restart', hash: at('a', 'overview'), act: press('Restart') },
  {
    name: 'instance-remove',
    hash: at('a', 'overview'),
    async act(page) {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await page.getByLabel('Remove everything').click();
    },
  },
  {
    name: 'instance-remove-steps',
    hash: at('a', 'overview'),
    async act(page) {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await page.getByRole('button', { name: 'Show what will happen' }).click();
      await page.getByRole('button', { name: 'Remove atlas' }).waitFor();
    },
  },
  { name: 'terminal', hash: at('a', 'terminal') },
  {
    name: 'terminal-split',
    hash: at('a', 'terminal'),
    async act(page) {
      await page.getByRole('button', { name: 'Split' }).click();
      await page.waitForTimeout(300);
      await page.getByRole('button', { name: 'Search', exact: true }).click();
      await page.getByRole('searchbox').fill('openclaw');
    },
  },
  {
    name: 'terminal-paste',
    hash: at('a', 'terminal'),
    async act(page) {
      await page.waitForTimeout(500);
      await page.evaluate(() => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', 'cd /tmp\nrm -rf build\nls');
        const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        document.querySelector('.xterm-helper-textarea')?.dispatchEvent(paste);
      });
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'logs', hash: at('a', 'logs') },
  {
    name: 'logs-search',
    hash: at('a', 'logs'),
    async act(page) {
      await page.getByRole('searchbox').fill('provider');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Debug' }).click();
      await page.getByRole('button', { name: 'Wrap lines' }).click();
      await page.getByRole('button', { name: 'Pause' }).click();
    },
  },
  { name: 'dashboard', hash: at('a', 'dashboard') },
  { name: 'dashboard-desktop', hash: at('a', 'dashboard'), query: 'door=desktop' },
  { name: 'instance-gone', hash: at('f', 'overview') },
  { name: 'servers', hash: '#/servers' },
  { name: 'servers-empty', hash: '#/servers', query: 'empty=1' },
  { name: 'settings', hash: '#/settings' },
];
