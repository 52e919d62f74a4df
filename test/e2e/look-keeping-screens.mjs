/** @import { Look } from './look-screens.mjs' */
import { at, press, chooseMore } from './look-instance-screens.mjs';

/** @param {import('playwright').Page} page */
const openText = async (page) => {
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await page.locator('.cm-line').first().waitFor();
};

/**
 * What one meets who keeps an instance for years.
 * @type {readonly Look[]}
 */
export const keepingScreens = [
  { name: 'import', hash: '#/import' },
  {
    name: 'import-found',
    hash: '#/import',
    async act(page) {
      await page.getByRole('button', { name: 'Look', exact: true }).click();
      await page.getByRole('listitem').filter({ hasText: 'anna' }).waitFor();
    },
  },
  {
    name: 'import-none',
    hash: '#/import',
    query: 'look=none',
    async act(page) {
      await page.getByRole('button', { name: 'Look', exact: true }).click();
      await page.getByText('No OpenClaw runs there').waitFor();
    },
  },
  {
    name: 'import-plan',
    hash: '#/import',
    async act(page) {
      await page.getByRole('button', { name: 'Look', exact: true }).click();
      await page.getByRole('button', { name: /^Adopt openclaw/ }).click();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Adopt it' }).waitFor();
    },
  },
  { name: 'import-overview', hash: at('9', 'overview'), query: 'adopted=1' },
  { name: 'import-access', hash: at('9', 'access'), query: 'adopted=1' },
  { name: 'import-forget', hash: at('9', 'overview'), query: 'adopted=1', act: chooseMore('Remove…') },
  { name: 'overview-newer', hash: at('a', 'overview'), query: 'newer=1' },
  { name: 'update-offer', hash: at('a', 'overview'), query: 'newer=1&look=node', act: press('Update…') },
  { name: 'update-newest', hash: at('b', 'overview'), query: 'look=newest', act: chooseMore('Updates…') },
  { name: 'update-rollback', hash: at('b', 'overview'), query: 'newer=1', act: chooseMore('Roll back…') },
  {
    name: 'update-all',
    hash: at('a', 'overview'),
    query: 'newer=1',
    async act(page) {
      await page.getByRole('button', { name: /^Update all/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'configuration-form', hash: at('a', 'configuration') },
  { name: 'configuration-text', hash: at('a', 'configuration'), act: openText },
  {
    name: 'configuration-preview',
    hash: at('a', 'configuration'),
    async act(page) {
      await page.getByLabel('Log level').selectOption('debug');
      await page.keyboard.press('Control+s');
      await page.getByLabel('Why').waitFor();
    },
  },
  {
    name: 'configuration-wrong',
    hash: at('a', 'configuration'),
    async act(page) {
      await openText(page);
      await page.locator('.cm-line', { hasText: '"local"' }).click();
      await page.keyboard.press('End');
      await page.keyboard.type(' "mood": "loud",');
      await page.keyboard.press('Control+s');
      await page.getByRole('alert').waitFor();
      await page.getByRole('button', { name: 'Back to what I typed' }).click();
      await page.locator('.cm-lintRange-error').first().waitFor();
    },
  },
  {
    name: 'configuration-diff',
    hash: at('a', 'configuration'),
    async act(page) {
      await openText(page);
      await page.locator('.cm-line', { hasText: '"local"' }).click();
      await page.keyboard.press('End');
      await page.keyboard.type(' "bind": "loopback",');
      await page.keyboard.press('Control+s');
      await page.getByText('As text').click();
      await page.locator('.cm-changedLine').first().waitFor();
    },
  },
  {
    name: 'configuration-conflict',
    hash: at('a', 'configuration'),
    query: 'look=conflict',
    async act(page) {
      await openText(page);
      await page.locator('.cm-line', { hasText: '"local"' }).click();
      await page.keyboard.press('End');
      await page.keyboard.type(' "bind": "loopback",');
      await page.keyboard.press('Control+s');
      await page.locator('.cm-merge-b').waitFor();
    },
  },
  {
    name: 'configuration-history',
    hash: at('a', 'configuration'),
    async act(page) {
      await page.getByRole('button', { name: 'History', exact: true }).click();
      await page
        .getByRole('button', { name: /^Take back/ })
        .first()
        .waitFor();
    },
  },
  { name: 'agent', hash: at('a', 'agent') },
  { name: 'agent-empty', hash: at('a', 'agent'), query: 'look=no-agent' },
  {
    name: 'agent-model',
    hash: at('a', 'agent'),
    async act(page) {
      await page.getByRole('button', { name: 'Change…' }).click();
      await page.getByLabel('Search', { exact: true }).fill('kimi');
    },
  },
  {
    name: 'agent-key',
    hash: at('a', 'agent'),
    query: 'look=refused',
    async act(page) {
      await page.getByRole('button', { name: 'Add a key…' }).click();
      await page.getByLabel('Key', { exact: true }).fill('sk-invented-0000');
      await page.getByRole('button', { name: 'Try and keep' }).click();
      await page.getByRole('button', { name: 'Keep it without a test' }).waitFor();
    },
  },
  {
    name: 'agent-file',
    hash: at('a', 'agent'),
    async act(page) {
      await page.getByRole('button', { name: 'Edit SOUL.md' }).click();
      await page.getByText('History').click();
    },
  },
  { name: 'channels', hash: at('a', 'channels') },
  { name: 'channels-empty', hash: at('a', 'channels'), query: 'look=no-agent' },
  {
    name: 'channels-add',
    hash: at('a', 'channels'),
    async act(page) {
      await page.getByRole('button', { name: 'Add a channel…' }).click();
      await page.getByLabel('Bot token').fill('123456:AAinvented');
      await page.getByRole('button', { name: 'Check and add' }).click();
      await page.getByRole('button', { name: 'Add it as it is' }).waitFor();
    },
  },
  {
    name: 'channels-slack',
    hash: at('a', 'channels'),
    async act(page) {
      await page.getByRole('button', { name: 'Add a channel…' }).click();
      await page.getByLabel('Channel', { exact: true }).last().selectOption('slack');
      await page.getByLabel('Slack app token').waitFor();
    },
  },
  { name: 'diagnostics', hash: at('a', 'diagnostics') },
  { name: 'diagnostics-fine', hash: at('a', 'diagnostics'), query: 'look=fine' },
  {
    name: 'diagnostics-doctor',
    hash: at('a', 'diagnostics'),
    async act(page) {
      await page.getByRole('button', { name: 'Show what it would change' }).click();
      await page.getByRole('button', { name: 'Write it' }).waitFor();
    },
  },
  {
    name: 'diagnostics-bundle',
    hash: at('a', 'diagnostics'),
    async act(page) {
      await page.getByRole('button', { name: 'Gather it' }).click();
      await page.getByRole('button', { name: 'logs/gateway.log' }).click();
    },
  },
  { name: 'devices-none', hash: at('a', 'access'), query: 'look=no-devices' },
  {
    name: 'devices-approve',
    hash: at('e', 'access'),
    async act(page) {
      await page.getByRole('button', { name: /^Let in / }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'devices-remove',
    hash: at('e', 'access'),
    async act(page) {
      await page.getByRole('button', { name: 'More for Anna’s phone' }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'token-rotate',
    hash: at('e', 'access'),
    async act(page) {
      await page.getByRole('button', { name: 'New token…' }).click();
      await page.getByRole('button', { name: 'Make a new token' }).waitFor();
    },
  },
  { name: 'settings-alerts', hash: '#/settings', query: 'look=alerts' },
  { name: 'overview-alerts', hash: `#/instance/i-${'a'.repeat(16)}`, query: 'look=alerts' },
];
