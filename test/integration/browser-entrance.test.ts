import { createServer } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowserDoor } from '../../src/server/index.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { launchBrowser } from '../lab/launch-browser.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { createPanelCore } from '../panel/fake-core.ts';

describeWithLab('the one-time address', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each(['typed', 'followed from a page of another site'])('lets a real browser in when it is %s', async (how) => {
    await using dir = await tempDataDir();
    await writeFile(join(dir.path, 'index.html'), '<!doctype html><title>Hardshell</title><h1>Inside</h1>');
    await using door = await openBrowserDoor({
      core: createPanelCore(),
      version: '0.1.0',
      who: 'anna@laptop',
      dataDir: dir.path,
      platform: 'linux',
      log: () => undefined,
      staticDir: dir.path,
    });
    const address = door.url.reveal();
    await using mail = await serve(`<!doctype html><a href="${address}">Hardshell</a>`);
    const page = await browser.newPage();
    if (how === 'typed') await page.goto(address);
    else {
      // Another name is another site, whatever it leads to.
      await page.goto(`http://127.0.0.1:${String(mail.port)}/`);
      await page.getByRole('link').click();
    }
    await page.getByRole('heading', { name: 'Inside' }).waitFor({ timeout: 20_000 });
    expect(page.url()).toBe(`http://localhost:${String(door.port)}/`);
    await page.close();
  });
});

async function serve(html: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
