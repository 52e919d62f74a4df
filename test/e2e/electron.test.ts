import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DOOR_CHANNEL } from '../../src/shared/contract/ipc-channel.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { describeWithDesktop, desktopBuild, desktopCommand, openDesktop } from './desktop.ts';

describeWithDesktop('the desktop app', () => {
  it('opens with the empty state, and its page has a pipe to us and nothing of Node.js', async () => {
    await using dir = await tempDataDir();
    await using desktop = await openDesktop(dir.path);
    await desktop.page.getByText('Where should your OpenClaw live?').waitFor();
    expect(desktop.page.url()).toMatch(/^hardshell:\/\/app\//);
    const seen = await desktop.page.evaluate(() => ({
      bridge: Object.keys((globalThis as unknown as { hardshell: object }).hardshell).sort(),
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in globalThis),
    }));
    expect(seen).toEqual({ bridge: ['onBytes', 'onMessage', 'post', 'postBytes'], node: [] });
  });

  it('shows pages of ours alone: what leads elsewhere is not loaded', async () => {
    await using dir = await tempDataDir();
    await using desktop = await openDesktop(dir.path);
    const { app, page } = desktop;
    // A page that is still loading would lose the rest of itself to a denied navigation.
    await page.getByText('Where should your OpenClaw live?').waitFor();
    await app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = (address) => {
        opened.push(address);
        return Promise.resolve();
      };
    });
    for (const address of [
      'https://example.org/',
      'http://example.org/',
      'file:///etc/passwd',
      'data:text/html,hello',
    ]) {
      // text, not functions: tests know no browser, and this is the browser's
      await page.evaluate(`location.href = ${JSON.stringify(address)}`);
      await page.evaluate(`void window.open(${JSON.stringify(address)})`);
    }
    const readOpened = (): Promise<string[]> =>
      app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
    await expect.poll(async () => (await readOpened()).length).toBeGreaterThanOrEqual(2);
    // what is not to come would come now
    await page.waitForTimeout(500);
    expect(page.url()).toMatch(/^hardshell:\/\/app\//);
    expect(app.windows()).toHaveLength(1);
    expect(await readOpened()).toEqual(['https://example.org/', 'https://example.org/']);

    await app.evaluate(({ shell }) => {
      shell.openExternal = () => Promise.reject(new Error('there is no browser'));
    });
    await page.evaluate(`void window.open('https://example.org/')`);
    // Locators wait for the navigations that were denied.
    await expect.poll(() => page.evaluate('document.body.innerText')).toContain('opened no browser for the link');
  });

  it('lets no page ask for anything, and none fetch anything from elsewhere', async () => {
    await using dir = await tempDataDir();
    await using desktop = await openDesktop(dir.path);
    const answers: unknown = await desktop.page.evaluate(`(async () => ({
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'granted', () => 'denied'),
      notifications: await Notification.requestPermission(),
      fetched: await fetch('https://example.org/').then(() => 'answered', () => 'refused'),
      outside: await fetch('hardshell://app/..%2fmain.js').then(({ status }) => String(status), () => 'refused'),
    }))()`);
    expect(answers).toEqual({ camera: 'denied', notifications: 'denied', fetched: 'refused', outside: 'refused' });
  });

  it('listens to the page of its window, and to no other', async () => {
    await using dir = await tempDataDir();
    await using desktop = await openDesktop(dir.path);
    const { app, page } = desktop;
    await page.getByText('Where should your OpenClaw live?').waitFor();
    const preload = join(desktopBuild(), 'preload', 'preload.cjs');
    // The same preload script, the same address, another window: as near as a stranger can come.
    const replies = await app.evaluate(
      async ({ BrowserWindow }, { preload, channel }) => {
        const stranger = new BrowserWindow({
          show: false,
          webPreferences: { preload, partition: 'persist:window', sandbox: true },
        });
        let count = 0;
        const { webContents } = stranger;
        const send = webContents.send.bind(webContents);
        webContents.send = (name: string, ...rest: unknown[]) => {
          if (name === channel) count += 1;
          send(name, ...rest);
        };
        await webContents.loadURL('hardshell://app/');
        await webContents.executeJavaScript(
          "hardshell.post({ type: 'call', id: 1, call: 'app.info', input: {} }); hardshell.postBytes(new Uint8Array([0, 0, 0, 1, 3]));",
        );
        await new Promise((resolve) => setTimeout(resolve, 500));
        stranger.destroy();
        return count;
      },
      { preload, channel: DOOR_CHANNEL },
    );
    expect(replies).toBe(0);
    await expect.poll(() => desktop.said()).toContain('A message of a page that may not speak was rejected.');
  });

  it('loads its page again when the process of the page has ended', async () => {
    await using dir = await tempDataDir();
    await using desktop = await openDesktop(dir.path);
    await desktop.page.getByText('Where should your OpenClaw live?').waitFor();
    // one that had not lasted would be left alone
    await sleep(5_500);
    await desktop.app.evaluate(async ({ BrowserWindow }) => {
      const page = BrowserWindow.getAllWindows()[0]?.webContents;
      const loaded = new Promise((resolve) => page?.once('did-finish-load', () => resolve(undefined)));
      page?.forcefullyCrashRenderer();
      await loaded;
    });
    const read = (): Promise<unknown> =>
      desktop.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'),
      );
    await expect.poll(read).toContain('Where should your OpenClaw live?');
  });

  it('is one program a data folder: a second start brings the first to the front', async () => {
    await using dir = await tempDataDir();
    await using desktop = await openDesktop(dir.path);
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const { program, args, env } = desktopCommand(dir.path);
    const second = spawn(program, args, { env, stdio: 'ignore' });
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).toBe(0);
    await expect
      .poll(() =>
        desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible())),
      )
      .toEqual([true]);
  });

  it.each(['closed', 'told to quit'])('comes back where it was left, when it was %s', async (how) => {
    await using dir = await tempDataDir();
    const left = { x: 40, y: 60, width: 1000, height: 700 };
    {
      await using desktop = await openDesktop(dir.path);
      await desktop.app.evaluate(
        ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
        left,
      );
      await expect
        .poll(() => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()))
        .toEqual(left);
      const ended = once(desktop.app.process(), 'exit');
      const leave = desktop.app.evaluate(({ app, BrowserWindow }, ending) => {
        if (ending === 'closed') BrowserWindow.getAllWindows()[0]?.close();
        else app.quit();
      }, how);
      // the answer may go with the program
      await Promise.all([ended, leave.catch(() => undefined)]);
    }
    await using again = await openDesktop(dir.path);
    expect(await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual(
      left,
    );
  });
});
