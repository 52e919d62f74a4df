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
