import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DOOR_CHANNEL } from '../../src/shared/contract/ipc-channel.ts';
import { freePort } from '../lab/free-port.ts';
import { PATIENCE_MS, RUN_MS, sees } from '../lab/person-steps.ts';
import { startRegistryCache, type RegistryCache } from '../lab/registry-cache.ts';
import { findSecrets, findSecretsUnder } from '../lab/secret-search.ts';
import { openDesktopPerson, readGatewayToken, type DesktopPerson } from './desktop-person.ts';
import { describeWithKeyring } from './desktop.ts';

/* One deployment, told from its beginning: each test goes on where the one before it ended. */
describeWithKeyring('the life of an OpenClaw in the desktop app', { timeout: 2 * RUN_MS }, () => {
  const providerKey = `sk-ant-api03-${randomBytes(24).toString('hex')}`;
  let npm: RegistryCache;
  let person: DesktopPerson;
  let page: Page;

  beforeAll(async () => {
    npm = await startRegistryCache();
    person = await openDesktopPerson({ HARDSHELL_MIRROR_NPM: npm.url });
  }, RUN_MS);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
  }, RUN_MS);

  it('begins in the empty window, is cut short by kill -9, and is resumed to its end', async () => {
    page = await person.start();
    await sees(page, 'Where should your OpenClaw live?');
    await page.keyboard.press('Enter');
    await sees(page, 'What should it be?');
    await page.getByLabel('Model provider').selectOption('anthropic');
    await page.getByLabel('API key').fill(providerKey);
    // The usual port may belong to somebody else on this machine, just while the gateway restarts.
    await page.getByText('More', { exact: true }).click();
    await page.getByLabel('Port of the gateway').fill(String(await freePort()));
    await page.getByRole('button', { name: 'Continue' }).click();
    await sees(page, 'What will happen');
    await page.getByRole('button', { name: 'Deploy' }).click();
    // npm is at work: the longest and most breakable step
    await expect.poll(() => readStarted(person.dataDir), { timeout: RUN_MS }).toContain('openclaw');
    await person.kill();

    page = await person.start();
    await page.getByRole('link', { name: /home/ }).first().click();
    await sees(page, 'It is not deployed');
    await page.getByRole('button', { name: 'Go to the run' }).click();
    await sees(page, 'Interrupted');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Go on' }).click({ timeout: PATIENCE_MS });
    await sees(page, 'It’s yours', RUN_MS);
  });

  it('shows OpenClaw’s own page in the window, connected: nobody has to sign in', async () => {
    await page.getByRole('button', { name: 'Open dashboard' }).click();
    await expectConnected();
  });

  it('keeps the token in the keyring', async () => {
    const { token } = await readGatewayToken(person.dataDir);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.values(await person.session.readKeyring())).toContain(token);
  });

  it('has a terminal where what is typed is seen, and openclaw is a command', async () => {
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await page.locator('.xterm-helper-textarea').first().waitFor({ state: 'attached', timeout: PATIENCE_MS });
    await page.locator('.xterm').first().click();
    await page.keyboard.type('echo $((6 * 7))-ends; openclaw --version\n');
    const shown = async (): Promise<string> => (await person.heard()).bytes;
    // first as it was typed, then what came of it
    await expect.poll(shown, { timeout: PATIENCE_MS }).toContain('echo $((6 * 7))-ends; openclaw --version');
    await expect.poll(shown, { timeout: PATIENCE_MS }).toMatch(/42-ends\r\n[^]*OpenClaw \d{4}\.\d+\.\d+/);
  });

  it('shows a calm page while the gateway restarts, then OpenClaw’s again', async () => {
    await page.getByRole('tab', { name: 'Dashboard' }).click();
    const dashboard = await expectConnected();
    await page.getByRole('button', { name: 'Restart' }).click();
    await page.getByRole('button', { name: 'Restart it' }).click();
    await expect.poll(() => dashboard.url(), { timeout: PATIENCE_MS }).toBe('hardshell://calm/');
    await expectConnected();
  });

  it('signs in again where the gateway’s page has forgotten everything', async () => {
    const dashboard = await expectConnected();
    // For three seconds after a load the app looks by itself whether the page asks: it would be quicker than this test.
    await page.waitForTimeout(4_000);
    await dashboard.evaluate("localStorage.clear(); sessionStorage.clear(); location.href = '/'");
    await dashboard.locator('.login-gate').first().waitFor({ timeout: PATIENCE_MS });
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect.poll(() => dashboard.locator('.login-gate').count(), { timeout: PATIENCE_MS }).toBe(0);
    await expectConnected();
  });

  it('copies the token without the page getting it, and shows it to who confirms', async () => {
    const { token } = await readGatewayToken(person.dataDir);
    const { app } = person.desktop;
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copy it' }).click();
    await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toBe(token);
    expect((await person.heard()).messages.filter((message) => message.includes(token))).toEqual([]);

    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByRole('button', { name: 'Show it' }).click();
    await page.getByText(token).waitFor({ timeout: PATIENCE_MS });
  });

  it('has said no secret to the page in all that time, but the one that was confirmed', async () => {
    const { token } = await readGatewayToken(person.dataDir);
    const { messages, bytes } = await person.heard();
    // What is searched is all there was: the replies and events of two starts, and what the terminal said.
    expect(messages.join('\n')).toContain('"run.succeeded"');
    expect(messages.length).toBeGreaterThan(100);
    expect(findSecrets(bytes, { token, providerKey })).toEqual([]);
    const guilty = messages.filter((message) => findSecrets(message, { token, providerKey }).length > 0);
    expect(guilty.map((message) => JSON.parse(message) as unknown)).toEqual([
      { way: 'send', said: [DOOR_CHANNEL, { type: 'reply', id: expect.any(Number) as unknown, output: { token } }] },
    ]);
    expect(person.complaints).toEqual([]);
  });

  it('has left the token in no file but those of the gateway itself', async () => {
    const { token, file } = await readGatewayToken(person.dataDir);
    // Chromium writes what pages keep five seconds later.
    await page.waitForTimeout(6_000);
    const { found } = await findSecretsUnder(person.dataDir, { token });
    // OpenClaw keeps copies of its configuration beside it.
    expect(found.filter((one) => !one.startsWith(`token in ${file}`))).toEqual([]);
    expect(found).toContain(`token in ${file}`);
  });

  /** OpenClaw's page, when it talks to its gateway. */
  async function expectConnected(): Promise<Page> {
    const { app } = person.desktop;
    const find = (): Page | undefined => app.windows().find((one) => /^http:\/\/127\.0\.0\.1:\d+\//.test(one.url()));
    await expect.poll(() => find()?.url(), { timeout: PATIENCE_MS }).toBeDefined();
    const dashboard = find();
    if (dashboard === undefined) throw new Error('There is no dashboard.');
    // what it offers in an empty conversation: the gateway has to have told it that there is none
    await dashboard.getByText('Check system health').first().waitFor({ timeout: PATIENCE_MS });
    expect(await dashboard.locator('.login-gate').count()).toBe(0);
    return dashboard;
  }
});

/** The steps that have begun so far, in all runs. */
async function readStarted(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'runs');
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .flatMap((line) => (line.includes('"step.started"') ? [(JSON.parse(line) as { stepId: string }).stepId] : [])),
  );
}
