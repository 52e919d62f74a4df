import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../run-command.mjs';

/** @type {Partial<Record<string, string>>} */
const architectures = { x64: 'amd64', arm64: 'arm64' };

/** Programs of Debian's that make a package. */
export const canMakeDeb = () =>
  ['dpkg-deb', 'fakeroot'].every((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0);

/** @param {string} path */
const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const packageOptions = {
  name: 'hardshell',
  productName: 'Hardshell',
  genericName: 'OpenClaw deployment',
  description: 'OpenClaw on a machine of your own',
  productDescription:
    'Deploys OpenClaw on a server, over SSH, or on this computer, opens its dashboard and its terminal, and keeps it running. A desktop app, and the command hardshell.',
  maintainer: 'The Hardshell authors',
  section: 'net',
  categories: ['Development', 'Network'],
  // /usr/bin/hardshell is the command line; the menu starts the app
  bin: 'resources/bin/hardshell',
  desktopTemplate: fromRoot('scripts/deb/hardshell.desktop'),
  icon: { scalable: fromRoot('resources/icon.svg'), '512x512': fromRoot('resources/icon.png') },
  // what Electron is linked against beyond the tool's own list, and what reaches the keychain
  depends: ['libasound2t64 | libasound2', 'libsecret-1-0'],
  compression: 'zstd',
};

/** Where npm left it out (it is for Linux and macOS), it is not asked for. */
function findTool() {
  const manifest = createRequire(import.meta.url).resolve('electron-installer-debian/package.json');
  return join(dirname(manifest), 'src', 'cli.js');
}

/**
 * @param {object} wanted
 * @param {string} wanted.app the packed app's folder
 * @param {string} wanted.output where the package goes
 * @returns {Promise<string>} the package
 */
export async function makeDeb({ app, output }) {
  const arch = architectures[process.arch];
  if (arch === undefined) throw new Error(`Debian packages are not made for ${process.arch}.`);
  // A process of its own: the tool leaves its drafts in the folder for temporary files, and this one is removed.
  const draft = mkdtempSync(join(tmpdir(), 'hardshell-deb-'));
  try {
    const config = join(draft, 'config.json');
    writeFileSync(config, JSON.stringify({ options: packageOptions }));
    const args = [findTool(), '--src', app, '--dest', output, '--arch', arch, '--config', config];
    const env = { ...process.env, TMPDIR: draft };
    const { code, output: said } = await runCommand(process.execPath, args, { env, output: 'collect' });
    if (code !== 0) throw new Error(`electron-installer-debian failed.\n${said}`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  const made = readdirSync(output).find((name) => name.endsWith(`_${arch}.deb`));
  if (made === undefined) throw new Error('electron-installer-debian made nothing.');
  return join(output, made);
}
