/** @import { Look } from './look-screens.mjs' */

/**
 * @param {string} digit
 * @param {string} tab
 */
export const at = (digit, tab) => `#/instance/i-${digit.repeat(16)}/${tab}`;

/**
 * Opens a dialog by the button of that name.
 * @param {string} button
 */
export const press =
  (button) =>
  /** @param {import('playwright').Page} page */
  async (page) => {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor();
  };

/**
 * Opens a dialog by what the header's menu calls it.
 * @param {string} item
 */
export const chooseMore =
  (item) =>
  /** @param {import('playwright').Page} page */
  async (page) => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
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
  { name: 'overview-container', hash: at('e', 'overview') },
  { name: 'overview-suspended', hash: at('f', 'overview') },
  { name: 'instance-suspend', hash: at('e', 'overview'), act: press('Suspend') },
  {
    name: 'instance-limits',
    hash: at('e', 'overview'),
    async act(page) {
      await press('Change…')(page);
      await page.getByLabel('Memory (GB)').fill('0.5');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'backups', hash: at('a', 'backups') },
  { name: 'backups-left', hash: at('b', 'backups') },
  {
    name: 'backups-empty',
    hash: at('e', 'backups'),
    query: 'look=no-backups',
    async act(page) {
      await page.getByLabel('Made').selectOption('week');
      await page.getByRole('button', { name: 'Add a place' }).click();
      await page.getByLabel('Place 1', { exact: true }).fill('nas');
      await page.getByLabel('The last').fill('0');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'backups-now',
    hash: at('a', 'backups'),
    async act(page) {
      await page.getByRole('button', { name: 'Back up now' }).click();
      await page.getByRole('button', { name: 'Back up', exact: true }).waitFor();
    },
  },
  {
    name: 'backups-restore',
    hash: at('a', 'backups'),
    async act(page) {
      await page
        .getByRole('button', { name: /^Restore the backup of/ })
        .nth(1)
        .click();
      await page.getByRole('button', { name: 'Restore', exact: true }).waitFor();
    },
  },
  {
    name: 'backups-trouble',
    hash: at('a', 'backups'),
    query: 'look=unreachable',
    async act(page) {
      await page.getByText('Of other instances (1)').click();
      await page
        .getByRole('button', { name: /^More about the backup of/ })
        .first()
        .click();
      await page.getByRole('menuitem', { name: 'Read it back now' }).click();
      await page.getByRole('alert').waitFor();
      await page.getByRole('button', { name: 'Add a place' }).click();
      await page.getByLabel('Place 1', { exact: true }).fill('sftp://anna@nas.example.org/volume1/hardshell');
      await page.getByRole('button', { name: 'Try it: place 1' }).click();
      await page.getByRole('button', { name: /trust/i }).waitFor();
    },
  },
  {
    name: 'backups-sheet',
    hash: at('a', 'backups'),
    query: 'door=desktop',
    async act(page) {
      await page.getByRole('button', { name: 'Show…' }).click();
      await page.getByRole('button', { name: 'Show it' }).click();
      await page.getByRole('button', { name: 'Hide' }).waitFor();
    },
  },
  {
    name: 'backups-adopt',
    hash: '#/',
    query: 'empty=1',
    async act(page) {
      await page.getByRole('button', { name: 'Restore from a backup…' }).click();
      await page.getByLabel('Where they lie').fill('/mnt/nas/hardshell');
    },
  },
  {
    name: 'backups-adopted',
    hash: '#/',
    query: 'empty=1',
    async act(page) {
      await page.getByRole('button', { name: 'Restore from a backup…' }).click();
      await page.getByLabel('Where they lie').fill('/mnt/nas/hardshell');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Deploy a new instance' }).waitFor();
    },
  },
  { name: 'access', hash: at('e', 'access') },
  { name: 'access-overdue', hash: at('e', 'access'), query: 'look=overdue' },
  { name: 'access-local', hash: at('b', 'access') },
  { name: 'access-tunnel', hash: at('a', 'access') },
  {
    name: 'access-change',
    hash: at('e', 'access'),
    async act(page) {
      await page.getByRole('button', { name: 'Change…' }).first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'access-plan',
    hash: at('e', 'access'),
    async act(page) {
      await page.getByRole('button', { name: 'Change…' }).first().click();
      await page.getByRole('button', { name: 'Show what will happen' }).click();
      await page.getByRole('button', { name: 'Do it' }).waitFor();
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
      await page.getByRole('button', { name: /^Caddy/ }).click();
      await page.getByRole('button', { name: 'Wrap lines' }).click();
      await page.getByRole('button', { name: 'Pause' }).click();
    },
  },
  { name: 'dashboard', hash: at('a', 'dashboard') },
  { name: 'dashboard-desktop', hash: at('a', 'dashboard'), query: 'door=desktop' },
  { name: 'instance-gone', hash: at('9', 'overview') },
  { name: 'servers', hash: '#/servers' },
  { name: 'servers-empty', hash: '#/servers', query: 'empty=1' },
  { name: 'settings', hash: '#/settings' },
];
