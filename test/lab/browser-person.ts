import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright';
import { endGateways } from './end-gateways.ts';
import { launchBrowser } from './launch-browser.ts';
import { tempDataDir } from './temp-data-dir.ts';
import { readAddress } from './serve-address.ts';

const launcher = fileURLToPath(new URL('../../bin/hardshell', import.meta.url));

/** Somebody at a computer of their own, with `hardshell serve` and a browser. */
export interface BrowserPerson extends AsyncDisposable {
  readonly homeDir: string;
  readonly dataDir: string;
  readonly context: BrowserContext;
  /** Starts the door and follows its address. Again: another door on the same data folder. */
  open(): Promise<Page>;
  /** Ends the door as Ctrl-C does. */
  close(): Promise<number | null>;
  /** Everything that the door sent to the page so far, as text. */
  readonly received: readonly string[];
  /** What the page complained about. */
  readonly complaints: readonly string[];
}

export async function openBrowserPerson(env: Readonly<Record<string, string>>): Promise<BrowserPerson> {
  const temp = await tempDataDir();
  const dataDir = join(temp.path, 'data');
  const homeDir = join(temp.path, 'home');
  await mkdir(homeDir, { recursive: true });
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const received: string[] = [];
  const complaints: string[] = [];
  const environment = { ...process.env, HOME: homeDir, HARDSHELL_DATA_DIR: dataDir, SSH_AUTH_SOCK: '', ...env };
  let door: ChildProcess | undefined;
  const close = async (): Promise<number | null> => {
    const ending = door;
    door = undefined;
    if (ending === undefined || ending.exitCode !== null) return ending?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => ending.once('exit', resolve));
    ending.kill('SIGINT');
    return await ended;
  };
  return {
    homeDir,
    dataDir,
    context,
    received,
    complaints,
    async open() {
      door = spawn(process.execPath, [launcher, 'serve', '--json'], {
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const page = await context.newPage();
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) =>
          received.push(typeof payload === 'string' ? payload : payload.toString('latin1')),
        ),
      );
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(await readAddress(door));
      return page;
    },
    close,
    async [Symbol.asyncDispose]() {
      await context.close();
      await browser.close();
      await close();
      await endGateways(environment);
      await temp[Symbol.asyncDispose]();
    },
  };
}
