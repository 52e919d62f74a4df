import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labelNames } from '../../src/core/openclaw/container-layout.ts';
import { commandsWell } from '../lab/browser-command.ts';
import { openBrowserPerson, type BrowserPerson } from '../lab/browser-person.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
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

const kinds = ['container', 'network', 'volume'] as const;

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Docker on this computer, in a browser and beside it', () => {
  const mark = randomBytes(3).toString('hex');
  const byHand = `by-hand-${mark}`;
  const byCommand = `by-command-${mark}`;
  let npm: NpmProxy;
  let image: string;
  let person: BrowserPerson;
  let page: Page;
  beforeAll(async () => {
    image = await openclawImage();
    npm = await startNpmProxy();
    person = await openBrowserPerson({ HARDSHELL_MIRROR_NPM: npm.urlFromHere });
  });
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
    for (const kind of kinds) {
      const left = [...(await list(kind, byHand)), ...(await list(kind, byCommand))];
      if (left.length > 0) await docker([kind, 'rm', ...(kind === 'network' ? [] : ['--force']), ...left]);
    }
  });

  it('is chosen in the wizard, with an image of one’s own', async () => {
    page = await person.open();
    await page.getByRole('link', { name: /^Docker/ }).click();
    await sees(page, 'Whose Docker?');
    await isAccessible(page);
    await goOnTo(page, 'What should it be?');
    await page.getByLabel('Name', { exact: true }).fill(byHand);
    await page.getByLabel('Image', { exact: true }).selectOption('Another one');
    await page.getByLabel('Reference of the image').fill(image);
    await isAccessible(page);
    await goOnTo(page, 'What will happen');
    await isAccessible(page);
    await page.getByRole('button', { name: 'Deploy' }).click();
    await sees(page, 'It’s yours', RUN_MS);
    await isAccessible(page);
    expect(await list('container', byHand)).toHaveLength(1);
  });

  it('has a shell inside the container', async () => {
    expect(await worksInTerminal(page, person.received, 'hostname')).toContain(`openclaw-${byHand}`);
  });

  it('opens its dashboard, signed in', async () => {
    await opensDashboard(page);
  });

  it('is deployed by one command as well, and the open page has it at once', async () => {
    await commandsWell(person, ['deploy', byCommand, '--to', 'docker', '--image', image, '--yes'], {
      HARDSHELL_MIRROR_NPM: npm.urlFromHere,
    });
    await goToInstance(byCommand);
    await page.getByText('Running').first().waitFor({ timeout: PATIENCE_MS });
  });

  it('is suspended and resumed by a click', async () => {
    const state = async (): Promise<string> =>
      docker(['inspect', '--format', '{{.State.Status}}', ...(await list('container', byCommand))]);
    await page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await page.getByLabel('Why').fill('It talks too much.');
    await page.getByRole('button', { name: 'Suspend it now' }).click();
    // The end of the run; the page behind says already that it is suspended while the processes are only frozen.
    await sees(page, 'It stands still, and nothing but resuming it starts it again.', 2 * PATIENCE_MS);
    expect(await state()).toBe('exited');
    await goToInstance(byCommand);
    await sees(page, 'It talks too much.');
    await isAccessible(page);
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await sees(page, 'It runs again', RUN_MS);
    expect(await state()).toBe('running');
  });

  it('has told the page no token, and leaves nothing when it is removed', async () => {
    for (const name of [byHand, byCommand]) {
      const [id = ''] = await list('container', name);
      const config = await docker(['exec', id, 'cat', '/home/node/.openclaw/openclaw.json']);
      const { token } = (JSON.parse(config) as { gateway: { auth: { token: string } } }).gateway.auth;
      expect(token).toMatch(/^[0-9a-f]{64}$/);
      expect(findSecrets(person.received.join('\n'), { token })).toEqual([]);
      await removeEverything(name);
      for (const kind of kinds) expect(await list(kind, name), kind).toEqual([]);
    }
    expect(person.complaints).toEqual([]);
  });

  async function goToInstance(name: string): Promise<void> {
    await page
      .getByRole('link', { name: new RegExp(name) })
      .first()
      .click();
  }

  async function removeEverything(name: string): Promise<void> {
    await goToInstance(name);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /Remove/ }).click();
    await page.getByText('Remove everything').click();
    await page.getByRole('button', { name: 'Show what will happen' }).click();
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    await expect.poll(() => list('volume', name), { timeout: 2 * PATIENCE_MS }).toEqual([]);
    await page
      .getByRole('link', { name: new RegExp(name) })
      .first()
      .waitFor({ state: 'hidden', timeout: PATIENCE_MS });
  }
});

/** Ids of what an instance of that name has on the engine. */
async function list(kind: (typeof kinds)[number], name: string): Promise<string[]> {
  const filter = ['--filter', `label=${labelNames.name}=${name}`];
  const said = await docker([kind, 'ls', ...(kind === 'container' ? ['--all'] : []), '--quiet', ...filter]);
  return said.split('\n').filter((line) => line !== '');
}
