import { createServer, type Server } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { expect, it } from 'vitest';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { describeWithDesktop, openDesktop } from './desktop.ts';

const id = 'i-00000000000000e2';

/** A page that tries what it should not: to speak with us, to leave, to open windows. */
const hostilePage = `<!doctype html><title>Dashboard</title><script>
  globalThis.found = ['hardshell', 'require', 'process', 'electron'].filter((name) => name in globalThis);
  window.open('http://example.org/');
</script><h1>Stand-in</h1>`;

async function openStandIn(): Promise<{ readonly port: number; readonly server: Server } & AsyncDisposable> {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html', 'x-frame-options': 'DENY' }).end(hostilePage),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An instance on this computer, deployed and signed in before. */
async function writeInstance(dataDir: string, port: number): Promise<void> {
  const instances = join(dataDir, 'instances');
  await mkdir(join(dataDir, 'desktop'), { recursive: true, mode: 0o700 });
  await mkdir(instances, { recursive: true, mode: 0o700 });
  const record = {
    v: 1,
    id,
    name: 'stand-in',
    target: { kind: 'local' },
    createdAt: '2026-01-01T00:00:00.000Z',
    phase: 'deployed',
    version: '2026.9.5',
    nodeVersion: '24.21.0',
    port,
    telemetry: false,
    installer: 'pinned',
  };
  await writeFile(join(instances, `${id}.json`), JSON.stringify(record), { mode: 0o600 });
  const state = { maximised: false, theme: 'system', dashboards: { [id]: { port, signedIn: true } } };
  await writeFile(join(dataDir, 'desktop', 'window.json'), JSON.stringify({ state }));
}

/** Calls of a page that has only the pipe; the interface's own ids are small. */
const ask = (page: Page, call: string, input: object): Promise<unknown> =>
  page.evaluate(`hardshell.post(${JSON.stringify({ type: 'call', id: 900_000, call, input })})`);

const pageAt = (app: ElectronApplication, address: string): Page | undefined =>
  app.windows().find((page) => page.url().startsWith(address));

describeWithDesktop('a dashboard in the window', () => {
  it('is a page on its own that reaches nothing of ours, and goes when it is closed', async () => {
    await using dir = await tempDataDir();
    await using standIn = await openStandIn();
    await writeInstance(dir.path, standIn.port);
    await using desktop = await openDesktop(dir.path);
    const { app, page } = desktop;
    const origin = `http://127.0.0.1:${String(standIn.port)}/`;
    await ask(page, 'dashboard.open', { instanceId: id, bounds: { x: 240, y: 80, width: 600, height: 400 } });
    await expect.poll(() => pageAt(app, origin)?.url(), { timeout: 20_000 }).toBe(origin);
    const dashboard = pageAt(app, origin);
    if (dashboard === undefined) throw new Error('There is no dashboard.');
    expect(await dashboard.evaluate('globalThis.found')).toEqual([]);
    await dashboard.evaluate("location.href = 'http://example.org/'");
    await dashboard.evaluate("location.href = 'hardshell://app/'");
    await page.waitForTimeout(500);
    expect(dashboard.url()).toBe(origin);
    expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(2);

    await ask(page, 'dashboard.close', { instanceId: id });
    await expect
      .poll(() => app.evaluate(({ webContents }) => webContents.getAllWebContents().length), { timeout: 10_000 })
      .toBe(1);
  });

  it('gives way to a calm page while the gateway is away, and comes back', async () => {
    await using dir = await tempDataDir();
    const standIn = await openStandIn();
    await writeInstance(dir.path, standIn.port);
    await standIn[Symbol.asyncDispose]();
    await using desktop = await openDesktop(dir.path);
    const { app, page } = desktop;
    await ask(page, 'dashboard.open', { instanceId: id, bounds: { x: 240, y: 80, width: 600, height: 400 } });
    await expect.poll(() => pageAt(app, 'hardshell://calm/')?.url(), { timeout: 20_000 }).toBe('hardshell://calm/');
    // a gateway that has just started refuses at first
    let refusals = 2;
    const back = createServer((_request, response) => {
      refusals -= 1;
      response.writeHead(refusals < 0 ? 200 : 503, { 'content-type': 'text/html' }).end(hostilePage);
    });
    await new Promise<void>((resolve) => back.listen(standIn.port, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${String(standIn.port)}/`;
    // Two pages of refusals come by at the same address: they are not what is waited for.
    await expect.poll(() => refusals, { timeout: 30_000 }).toBe(-1);
    await expect.poll(() => pageAt(app, origin)?.evaluate('globalThis.found'), { timeout: 20_000 }).toEqual([]);
    expect(refusals).toBe(-1);
    back.closeAllConnections();
    await new Promise((resolve) => back.close(resolve));
  });
});
