import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterEach, beforeAll, afterAll, expect, it } from 'vitest';
import { openBrowserPerson, type BrowserPerson } from '../lab/browser-person.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import {
  findsDashboard,
  goOnTo,
  isAccessible,
  isNext,
  opensDashboard,
  PATIENCE_MS,
  reach,
  RUN_MS,
  sees,
  worksInTerminal,
} from '../lab/person-steps.ts';
import { findSecrets } from '../lab/secret-search.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import { readTokenOnServer } from '../lab/server-traces.ts';

describeWithLab('the whole way in a browser', () => {
  let npm: NpmProxy;
  let person: BrowserPerson;
  beforeAll(async () => {
    npm = await startNpmProxy();
  });
  afterAll(() => npm[Symbol.asyncDispose]());
  afterEach(() => person[Symbol.asyncDispose]());

  it('on this computer, by keyboard alone, leads to the dashboard', async () => {
    person = await openBrowserPerson({ HARDSHELL_MIRROR_NPM: npm.urlFromHere });
    const page = await person.open();
    await sees(page, 'Where should your OpenClaw live?');
    await isAccessible(page);
    await page.keyboard.press('Enter');
    await sees(page, 'What should it be?');
    await isAccessible(page);
    await page.keyboard.press('Enter');
    await sees(page, 'What will happen');
    await isNext(page, 'Deploy');
    await isAccessible(page);
    await page.keyboard.press('Enter');
    await sees(page, 'It’s yours', RUN_MS);
    await isAccessible(page);

    await reach(page, 'Open dashboard');
    await page.keyboard.press('Enter');
    await sees(page, 'The dashboard opens in a tab of its own');
    await findsDashboard(page, async () => {
      await reach(page, 'Open dashboard');
      await page.keyboard.press('Enter');
    });

    // A reload finds the run and the shell where they were.
    await page.goto(new URL('#/activity', page.url()).href);
    await page.reload();
    await sees(page, 'Every run there was');
    await page.getByRole('row', { name: /Done.*home/ }).waitFor({ timeout: PATIENCE_MS });
    const token = await readTokenHere(person.dataDir);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(findSecrets(person.received.join('\n'), { token })).toEqual([]);
    expect(person.complaints).toEqual([]);

    expect(await person.close()).toBe(0);
    const again = await person.open();
    await again.getByRole('link', { name: /home/ }).first().click();
    await again.getByText('Running').first().waitFor({ timeout: PATIENCE_MS });
    await removeEverything(again, 'home');
  });

  it('on a fresh server, by mouse: its key is shown first, and its terminal answers', async () => {
    await using server = await startFurnishedServer();
    person = await openBrowserPerson({ HARDSHELL_MIRROR_NPM: npm.urlFromServers });
    await mkdir(join(person.homeDir, '.ssh'), { recursive: true, mode: 0o700 });
    await copyFile(server.identityFile, join(person.homeDir, '.ssh', 'id_ed25519'));
    const page = await person.open();
    await page.getByRole('link', { name: /A server I have/ }).click();
    await page.getByLabel('Address').fill(server.host);
    await page.getByLabel('Port').fill(String(server.sshPort));
    await page.getByLabel('User').fill('root');
    await page.getByRole('button', { name: 'Connect' }).click();

    await sees(page, 'Is this your server?');
    await isAccessible(page);
    const shown = (await page.locator('main').innerText()).match(/SHA256:[A-Za-z0-9+/]{43}/)?.[0];
    expect(server.hostKeys.map(({ sha256 }) => sha256)).toContain(shown);
    await page.getByRole('button', { name: 'Trust and connect' }).click();

    await goOnTo(page, 'What should it be?');
    await page.getByLabel('Name', { exact: true }).fill('research');
    await goOnTo(page, 'What will happen');
    await page.getByRole('button', { name: 'Deploy' }).click();
    await sees(page, 'It’s yours', RUN_MS);

    expect(await worksInTerminal(page, person.received, 'id -un; command -v openclaw')).toContain(
      '.npm-global/bin/openclaw',
    );

    await opensDashboard(page);
    const token = (await readTokenOnServer(server)) ?? '';
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(findSecrets(person.received.join('\n'), { token })).toEqual([]);
    expect(person.complaints).toEqual([]);
  });
});

async function removeEverything(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: /Remove/ }).click();
  await page.getByText('Remove everything').click();
  await page.getByRole('button', { name: 'Show what will happen' }).click();
  await page.getByRole('button', { name: `Remove ${name}` }).click();
  await sees(page, 'None yet', 2 * PATIENCE_MS);
}

async function readTokenHere(dataDir: string): Promise<string> {
  const instances = join(dataDir, 'instances');
  for (const name of await readdir(instances)) {
    const file = join(instances, name, 'state', 'openclaw.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    return (JSON.parse(text) as { gateway: { auth: { token: string } } }).gateway.auth.token;
  }
  throw new Error('There is no instance.');
}
