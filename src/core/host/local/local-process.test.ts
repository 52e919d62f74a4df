import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { query } from '../command.ts';
import { spawnLocal, type LocalProcess } from './local-process.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-taskkill-'));
  vi.stubEnv('PATH', `${dir}${delimiter}${process.env['PATH'] ?? ''}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

/** Stands in for the program of Windows: writes down what it is asked, and ends what `act` names of process `$2`. */
async function putTaskkill(act: string): Promise<void> {
  const path = join(dir, 'taskkill.exe');
  await writeFile(path, `#!/bin/sh\necho "$@" >>'${join(dir, 'asked')}'\n${act}\n`);
  await chmod(path, 0o755);
}

function spawnOnWindows(signal?: AbortSignal): Promise<LocalProcess> {
  return spawnLocal(query(['sleep', '300']), { directory: dir, env: undefined, signal, platform: 'win32' });
}

const readAsked = (): Promise<string> => readFile(join(dir, 'asked'), 'utf8');

it('ends on Windows what a cancelled command has started as well', async () => {
  await putTaskkill('kill -9 "$2"');
  const stop = new AbortController();
  const child = await spawnOnWindows(stop.signal);
  const outcome = expect(child.exit).rejects.toThrow('enough');
  stop.abort(new Error('enough'));
  await outcome;
  expect(await readAsked()).toMatch(/^\/PID \d+ \/T \/F\n$/);
  child.kill('SIGKILL');
  expect((await readAsked()).split('\n')).toHaveLength(2);
});

it('ends on Windows at least the command where the others cannot be reached', async () => {
  await putTaskkill('exit 1');
  const child = await spawnOnWindows();
  child.kill('SIGTERM');
  expect(await child.exit).toEqual({ code: null, signal: 'SIGTERM' });
  expect(await readAsked()).toContain('/T /F');
});
