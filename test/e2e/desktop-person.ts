import { readdir, readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { endGateways } from '../lab/end-gateways.ts';
import { openDesktopSession, type DesktopSession } from '../lab/desktop-session.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { openDesktop, type Desktop } from './desktop.ts';
import { readMessages, recordMessages, type MessageRecord } from './message-record.ts';

/** Somebody at a desktop with a keyring, who starts the app, and whose computer may fail. */
export interface DesktopPerson extends AsyncDisposable {
  readonly dataDir: string;
  readonly session: DesktopSession;
  /** The app that is open. */
  readonly desktop: Desktop;
  start(): Promise<Page>;
  /** As when the power goes: the app and everything that ends with it has no say in it. */
  kill(): Promise<void>;
  close(): Promise<void>;
  /** Everything that was said to pages since the beginning, over all starts. */
  heard(): Promise<MessageRecord>;
  /** What the page complained about. */
  readonly complaints: readonly string[];
}

export async function openDesktopPerson(added: Readonly<Record<string, string>>): Promise<DesktopPerson> {
  const temp = await tempDataDir();
  const dataDir = join(temp.path, 'data');
  const homeDir = join(temp.path, 'home');
  const messages = join(temp.path, 'messages');
  await mkdir(homeDir);
  const session = await openDesktopSession();
  const env = { ...session.env, HOME: homeDir, SSH_AUTH_SOCK: '', SHELL: '/bin/sh', ...added };
  const complaints: string[] = [];
  let desktop: Desktop | undefined;
  const close = async (): Promise<void> => {
    const closing = desktop;
    desktop = undefined;
    await closing?.[Symbol.asyncDispose]();
  };
  return {
    dataDir,
    session,
    complaints,
    get desktop() {
      if (desktop === undefined) throw new Error('The app is not open.');
      return desktop;
    },
    async start() {
      desktop = await openDesktop(dataDir, {
        env: { ...env, HARDSHELL_TEST_MESSAGES: messages },
        before: [recordMessages],
      });
      const { page } = desktop;
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      return page;
    },
    async kill() {
      const killed = desktop;
      desktop = undefined;
      const pid = killed?.app.process().pid;
      if (killed === undefined || pid === undefined) return;
      const ended = new Promise((resolve) => killed.app.process().once('exit', resolve));
      process.kill(-pid, 'SIGKILL');
      await ended;
    },
    close,
    heard: () => readMessages(messages),
    async [Symbol.asyncDispose]() {
      await close();
      await endGateways({ ...process.env, ...env, HARDSHELL_DATA_DIR: dataDir });
      await session[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
}

/** The token as the gateway on this computer knows it: its own configuration is the one file that has to hold it. */
export async function readGatewayToken(dataDir: string): Promise<{ readonly token: string; readonly file: string }> {
  const instances = join(dataDir, 'instances');
  for (const name of await readdir(instances)) {
    const file = join(instances, name, 'state', 'openclaw.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const { token } = (JSON.parse(text) as { gateway: { auth: { token: string } } }).gateway.auth;
    return { token, file };
  }
  throw new Error('There is no instance.');
}
