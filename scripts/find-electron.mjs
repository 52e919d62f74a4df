import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.mjs';

/** @type {Partial<Record<string, string>>} */
const programs = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/**
 * Electron's program: one that HARDSHELL_ELECTRON names, one in the folder of ELECTRON_OVERRIDE_DIST_PATH, or what the package
 * `electron` has downloaded.
 * @returns {string | undefined}
 */
export function findElectron() {
  const program = programs[process.platform] ?? 'electron';
  const { HARDSHELL_ELECTRON: named, ELECTRON_OVERRIDE_DIST_PATH: folder } = process.env;
  const downloaded = join(root, 'node_modules', 'electron');
  const candidates = [
    ...(named === undefined || named === '' ? [] : [named]),
    ...(folder === undefined || folder === '' ? [] : [join(folder, program)]),
    ...(existsSync(join(downloaded, 'path.txt'))
      ? [join(downloaded, 'dist', readFileSync(join(downloaded, 'path.txt'), 'utf8').trim())]
      : []),
  ];
  return candidates.find((file) => existsSync(file));
}

/** Where Electron's own download host cannot be reached, a lab beside the checkout may have one. */
const labElectron = join(root, '..', 'shared', 'lab', 'electron.sh');

/**
 * The same for tests. Electron is no part of the repository's own lab: without it the windows are not tested, and this is said.
 * @returns {string | undefined}
 */
export function findElectronForTests() {
  const found = findElectron();
  if (found !== undefined || !existsSync(labElectron)) return found;
  const { status, stdout } = spawnSync(labElectron, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const program = join(stdout.trim(), 'electron');
  return status === 0 && existsSync(program) ? program : undefined;
}

/**
 * What Electron has to be told to run a build of this checkout.
 * @param {string} build the folder that `ensureBuild` answered
 * @returns {string[]}
 */
export function electronArguments(build) {
  // Chromium's sandbox cannot be used by root, who has it only in tests and containers.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...asRoot, '-r', join(root, 'scripts', 'electron-early.cjs'), join(build, 'main.js')];
}
