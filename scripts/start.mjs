// `npm start`: Hardshell itself. Nothing is deployed before somebody says so.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './checkout.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { electronArguments, findElectron } from './find-electron.mjs';
import { runCommand } from './run-command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** A window needs a display, which only Linux does without. */
const hasDisplay =
  process.platform !== 'linux' ||
  [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some((display) => display !== undefined && display !== '');

/** Electron's own download, where it has not been made: some networks do not let it through. */
async function downloadElectron() {
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  if (!existsSync(installer)) return;
  say('downloading Electron (npm_config_electron_mirror names another place)');
  const { code } = await runCommand(process.execPath, [installer], { cwd: root, output: 'collect' });
  if (code !== 0) say('that failed');
}

/** @param {string} because */
async function openInBrowser(because) {
  say(`${because}: Hardshell opens in a browser`);
  return await runCommand(process.execPath, [join(root, 'bin', 'hardshell'), 'serve'], { output: 'inherit' });
}

async function open() {
  if (!hasDisplay) return await openInBrowser('there is no display');
  if (findElectron() === undefined) await downloadElectron();
  const electron = findElectron();
  if (electron === undefined) return await openInBrowser('Electron cannot be had');
  return await runCommand(electron, electronArguments(await ensureBuild()), { output: 'inherit' });
}

// Ctrl-C is for the program, which ends well by it.
process.on('SIGINT', () => undefined);
await ensureSystemPackages();
await ensureInstall();
const { code } = await open();
process.exit(code);
