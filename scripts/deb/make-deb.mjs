import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {Partial<Record<string, string>>} */
const architectures = { x64: 'amd64', arm64: 'arm64' };

/** Programs of Debian's that make a package. */
export const canMakeDeb = () =>
  ['dpkg-deb', 'fakeroot'].every((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0);

/** @param {string} path */
const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * @param {object} wanted
 * @param {string} wanted.app the packed app's folder
 * @param {string} wanted.output where the package goes
 * @returns {Promise<string>} the package
 */
export async function makeDeb({ app, output }) {
  const arch = architectures[process.arch];
  if (arch === undefined) throw new Error(`Debian packages are not made for ${process.arch}.`);
  /** @type {(options: object) => Promise<unknown>} It has no types; and where npm left it out, nothing is asked of it. */
  const installer = createRequire(import.meta.url)('electron-installer-debian');
  await installer({
    src: app,
    dest: output,
    arch,
    options: {
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
      desktopTemplate: fileURLToPath(new URL('hardshell.desktop', import.meta.url)),
      icon: { '512x512': fromRoot('resources/icon.png') },
      // what Electron is linked against beyond the tool's own list, and what reaches the keychain
      depends: ['libasound2t64 | libasound2', 'libsecret-1-0'],
      compression: 'zstd',
    },
  });
  const made = readdirSync(output).find((name) => name.endsWith(`_${arch}.deb`));
  if (made === undefined) throw new Error('electron-installer-debian made nothing.');
  return join(output, made);
}
