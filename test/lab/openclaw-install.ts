import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { tryLock } from '../../scripts/process-lock.mjs';
import { npmInstallArguments, npmInstallEnvironment } from '../../src/core/openclaw/npm-install.ts';
import { officialRegistry } from '../../src/core/openclaw/registry.ts';
import { labCacheDir } from './run.ts';

const run = promisify(execFile);
const pollMs = 500;

/** The version that the tests on this machine run. */
export const testedOpenClaw = '2026.9.6';

export interface OpenClawInstall {
  readonly node: string;
  /** What `node` is given to run OpenClaw's command line. */
  readonly openclaw: string;
}

/** OpenClaw from npm, installed once and kept in the lab's cache: the real program for tests that need no server. */
export async function openClawInstall(): Promise<OpenClawInstall> {
  const prefix = join(labCacheDir(), `openclaw-${testedOpenClaw}`);
  const openclaw = join(prefix, 'lib/node_modules/openclaw/openclaw.mjs');
  await mkdir(labCacheDir(), { recursive: true });
  for (;;) {
    if (await exists(openclaw)) return { node: process.execPath, openclaw };
    const release = tryLock(`${prefix}.lock`);
    if (release === null) await new Promise((resolve) => setTimeout(resolve, pollMs));
    else {
      try {
        if (!(await exists(openclaw))) await install(prefix);
      } finally {
        release();
      }
    }
  }
}

async function install(prefix: string): Promise<void> {
  const staging = await mkdtemp(`${prefix}.new-`);
  try {
    // The tools' own Node.js first: what npm runs has to be the one that OpenClaw will run on.
    const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
    const env = { ...process.env, ...npmInstallEnvironment(), PATH: path };
    const npmVersion = (await run('npm', ['--version'], { env })).stdout.trim();
    const registry = process.env['HARDSHELL_LAB_REGISTRY'] ?? officialRegistry;
    const args = npmInstallArguments({ spec: `openclaw@${testedOpenClaw}`, registry, npmVersion });
    await run('npm', [...args, '--prefix', staging], { env, maxBuffer: 64 * 1024 * 1024 });
    await rm(prefix, { recursive: true, force: true });
    await rename(staging, prefix);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
