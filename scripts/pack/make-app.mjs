import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Platform, build as runBuilder } from 'electron-builder';
import { root } from '../checkout.mjs';
import { packConfig } from './config.mjs';
import { checkFuses } from './fuses.mjs';

/** @type {Partial<Record<string, { platform: Platform, program: string }>>} */
const systems = {
  linux: { platform: Platform.LINUX, program: 'hardshell-desktop' },
  darwin: { platform: Platform.MAC, program: 'Hardshell.app' },
  win32: { platform: Platform.WINDOWS, program: 'Hardshell.exe' },
};

/**
 * The folder of an Electron that was downloaded already.
 * @param {string} electron its program
 */
function distributionOf(electron) {
  const folder =
    process.platform === 'darwin' ? electron.slice(0, electron.indexOf('/Electron.app/')) : dirname(electron);
  const version = join(folder, 'version');
  return existsSync(version)
    ? { electronDist: folder, electronVersion: readFileSync(version, 'utf8').trim().replace(/^v/, '') }
    : { electronDist: undefined, electronVersion: undefined };
}

/**
 * Packs a build with Electron for this system and reads its fuses back.
 * @param {object} wanted
 * @param {string} wanted.build the folder that `ensureBuild` answered
 * @param {string | undefined} wanted.electron Electron's program, where there is one
 * @param {string} wanted.output what lies there is replaced
 * @param {boolean} wanted.installers AppImage, dmg or nsis as well, whose tools are downloaded
 * @returns {Promise<{ folder: string, program: string }>} the packed app's folder, and what starts it
 */
export async function makeApp({ build, electron, output, installers }) {
  const system = systems[process.platform];
  if (system === undefined) throw new Error(`Apps are not packed on ${process.platform}.`);
  rmSync(output, { recursive: true, force: true });
  const found =
    electron === undefined ? { electronDist: undefined, electronVersion: undefined } : distributionOf(electron);
  /** @type {string[]} */
  const folders = [];
  const { afterPack, ...config } = packConfig({ build, output, ...found });
  await runBuilder({
    projectDir: root,
    targets: system.platform.createTarget(installers ? null : 'dir'),
    config: {
      ...config,
      afterPack: async (context) => {
        folders.push(context.appOutDir);
        if (typeof afterPack === 'function') await afterPack(context);
      },
    },
  });
  const [folder] = folders;
  if (folder === undefined) throw new Error('electron-builder packed nothing.');
  const program = join(folder, system.program);
  await checkFuses(program);
  return { folder, program };
}
