import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandsWell } from '../lab/browser-command.ts';
import { openBrowserPerson, type BrowserPerson } from '../lab/browser-person.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { carryImage, startEngineServer, type EngineServer } from '../lab/engine-server.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import {
  goOnTo,
  isAccessible,
  opensDashboard,
  PATIENCE_MS,
  RUN_MS,
  sees,
  worksInTerminal,
} from '../lab/person-steps.ts';
import { findSecrets } from '../lab/secret-search.ts';

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Docker on a server, in a browser and beside it', () => {
  let server: EngineServer;
  let npm: NpmProxy;
  let image: string;
  let person: BrowserPerson;
  let page: Page;
  beforeAll(async () => {
    image = await openclawImage();
    server = await startEngineServer();
    await carryImage(image, server);
    npm = await startNpmProxy();
    person = await openBrowserPerson({ HARDSHELL_MIRROR_NPM: npm.urlFromHere });
    await mkdir(join(person.homeDir, '.ssh'), { recursive: true, mode: 0o700 });
    await copyFile(server.identityFile, join(person.homeDir, '.ssh', 'id_ed25519'));
  });
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('is chosen in the wizard: the key of the server is shown first', async () => {
    page = await person.open();
    await page.getByRole('link', { name: /^Docker/ }).click();
    await sees(page, 'Whose Docker?');
    await page.getByText('On a server I have').click();
    await page.getByLabel('Address').fill(server.host);
    await page.getByLabel('Port').fill(String(server.sshPort));
    await page.getByLabel('User').fill('root');
    await isAccessible(page);
    await page.getByRole('button', { name: 'Connect' }).click();
    await sees(page, 'Is this your server?');
    const shown = (await page.locator('main').innerText()).match(/SHA256:[A-Za-z0-9+/]{43}/)?.[0];
    expect(server.hostKeys.map(({ sha256 }) => sha256)).toContain(shown);
    await page.getByRole('button', { name: 'Trust and connect' }).click();

    await goOnTo(page, 'What should it be?');
    await page.getByLabel('Name', { exact: true }).fill('by hand');
    await page.getByLabel('Image', { exact: true }).selectOption('Another one');
    await page.getByLabel('Reference of the image').fill(image);
    await goOnTo(page, 'What will happen');
    await page.getByRole('button', { name: 'Deploy' }).click();
    await sees(page, 'It’s yours', RUN_MS);
  });

  it('has a shell inside the container, and a dashboard that needs no sign-in', async () => {
    expect(await worksInTerminal(page, person.received, 'hostname')).toContain('openclaw-by-hand');
    await opensDashboard(page);
  });

  it('is deployed by one command as well, and the open page has it at once', async () => {
    const to = `docker+ssh://root@${server.host}:${String(server.sshPort)}`;
    await commandsWell(person, ['deploy', 'by command', '--to', to, '--image', image, '--yes'], {
      HARDSHELL_MIRROR_NPM: npm.urlFromHere,
    });
    await page
      .getByRole('link', { name: /by command/ })
      .first()
      .click();
    await page.getByText('Running').first().waitFor({ timeout: PATIENCE_MS });
    expect(await server.sh(`docker ps --quiet | wc -l`)).toBe('2\n');
  });

  it('has told the page no token', async () => {
    const ids = (await server.sh('docker ps --quiet')).trim().split('\n');
    for (const id of ids) {
      const config = await server.sh(`docker exec ${id} cat /home/node/.openclaw/openclaw.json`);
      const { token } = (JSON.parse(config) as { gateway: { auth: { token: string } } }).gateway.auth;
      expect(token).toMatch(/^[0-9a-f]{64}$/);
      expect(findSecrets(person.received.join('\n'), { token })).toEqual([]);
    }
    expect(person.complaints).toEqual([]);
  });
});
