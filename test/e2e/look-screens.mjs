/**
 * @typedef {{ name: string, hash: string, query?: string, act?: (page: import('playwright').Page) => Promise<void> }} Look
 */

const atlas = `i-${'a'.repeat(16)}`;

/** @param {import('playwright').Page} page */
async function fillWhere(page) {
  await page.getByLabel('Address').fill('atlas.example.org');
  await page.getByLabel('User').fill('root');
}

/** @param {import('playwright').Page} page */
async function connect(page) {
  await fillWhere(page);
  await page.keyboard.press('Enter');
}

/** @param {import('playwright').Page} page */
async function toWhat(page) {
  await connect(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Model provider').selectOption('anthropic');
}

/** @param {import('playwright').Page} page */
async function toContainer(page) {
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Name', { exact: true }).waitFor();
}

/** @type {readonly Look[]} */
export const screens = [
  { name: 'empty', hash: '#/', query: 'empty=1' },
  { name: 'wizard-where', hash: '#/new/server', act: fillWhere },
  {
    name: 'wizard-where-wrong',
    hash: '#/new/server',
    query: 'look=auth',
    async act(page) {
      await fillWhere(page);
      await page.getByLabel('Sign in with').selectOption('password');
      await page.getByLabel('Password', { exact: true }).fill('not it');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').first().waitFor();
    },
  },
  { name: 'wizard-key-unknown', hash: '#/new/server', query: 'look=unknown', act: connect },
  { name: 'wizard-key-changed', hash: '#/new/server', query: 'look=changed', act: connect },
  { name: 'wizard-checking', hash: '#/new/server', query: 'look=slow', act: connect },
  { name: 'wizard-check', hash: '#/new/server', act: connect },
  { name: 'wizard-check-refused', hash: '#/new/server', query: 'look=refused', act: connect },
  { name: 'wizard-check-failed', hash: '#/new/local', query: 'look=network' },
  { name: 'wizard-what', hash: '#/new/server', act: toWhat },
  { name: 'wizard-what-local', hash: '#/new/local', query: 'look=fine&empty=1' },
  {
    name: 'wizard-review',
    hash: '#/new/server',
    async act(page) {
      await toWhat(page);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Deploy' }).waitFor();
    },
  },
  {
    name: 'wizard-review-commands',
    hash: '#/new/server',
    async act(page) {
      await toWhat(page);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.locator('summary').filter({ hasText: 'Commands' }).nth(1).click();
      await page.getByText('apt-get install').waitFor();
    },
  },
  { name: 'wizard-docker', hash: '#/new/docker' },
  {
    name: 'wizard-docker-server',
    hash: '#/new/docker',
    async act(page) {
      await page.getByLabel('On a server I have').click();
      await fillWhere(page);
    },
  },
  { name: 'wizard-docker-what', hash: '#/new/docker', query: 'look=fine', act: toContainer },
  {
    name: 'wizard-docker-open',
    hash: '#/new/docker',
    query: 'look=fine',
    async act(page) {
      await toContainer(page);
      await page.getByLabel('Image', { exact: true }).selectOption('other');
      await page.getByLabel('Access', { exact: true }).selectOption('base');
      await page.getByLabel('Base domain').fill('bots.example.org');
      await page.locator('summary').filter({ hasText: 'Advanced' }).click();
      await page.getByLabel('Requests a second, of one visitor').fill('5');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('alert').first().waitFor();
      await page.getByLabel('Base domain').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'wizard-docker-review',
    hash: '#/new/docker',
    query: 'look=fine',
    async act(page) {
      await toContainer(page);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Deploy' }).waitFor();
    },
  },
  { name: 'run-running', hash: '#/run/r-running00-00000001' },
  { name: 'run-failed', hash: '#/run/r-failed000-00000002' },
  { name: 'run-interrupted', hash: '#/run/r-broken000-00000003' },
  {
    name: 'run-again',
    hash: '#/run/r-broken000-00000003',
    async act(page) {
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByRole('button', { name: 'Go on' }).waitFor();
    },
  },
  { name: 'run-done', hash: '#/run/r-done00000-00000004' },
  { name: 'run-cancelled', hash: '#/run/r-cancel000-00000005' },
  { name: 'run-absent', hash: '#/run/r-nothing00-00000009' },
  { name: 'activity', hash: '#/activity' },
  {
    name: 'activity-alerts',
    hash: '#/activity',
    query: 'look=alerts',
    async act(page) {
      await page.getByLabel('Show', { exact: true }).selectOption('alerts');
    },
  },
  {
    name: 'activity-no-alerts',
    hash: '#/activity',
    async act(page) {
      await page.getByLabel('Show', { exact: true }).selectOption('alerts');
    },
  },
  { name: 'activity-empty', hash: '#/activity', query: 'empty=1' },
  { name: 'many', hash: '#/activity', query: 'many=1' },
  { name: 'lost', hash: '#/activity', query: 'lost=1' },
  {
    name: 'palette',
    hash: '#/activity',
    async act(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'instance-overview', hash: `#/instance/${atlas}/overview` },
];
