import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { BrowserPerson } from './browser-person.ts';

const launcher = fileURLToPath(new URL('../../bin/hardshell', import.meta.url));

/** `hardshell …` beside the open page, by the same person: it has to end well. */
export async function commandsWell(
  { homeDir, dataDir }: BrowserPerson,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(process.execPath, [launcher, ...argv, '--json'], {
    env: { ...process.env, HOME: homeDir, HARDSHELL_DATA_DIR: dataDir, SSH_AUTH_SOCK: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines = (await text(child.stdout)).trimEnd().split('\n');
  expect(await ended, lines.at(-1)).toBe(0);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'result', ok: true });
}
