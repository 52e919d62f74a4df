import { existsSync } from 'node:fs';
import { say } from './checkout.mjs';
import { runCommand } from './run-command.mjs';

/**
 * What npm needs to build the adapter of the keychain where its ready-made binary cannot be downloaded. Without them
 * secrets go to an encrypted file instead of the keychain, and everything else works.
 */
const wanted = ['libsecret-1-dev', 'python3', 'make', 'g++', 'pkg-config'];

async function missingPackages() {
  const present = await Promise.all(
    wanted.map(async (name) => (await runCommand('dpkg', ['-s', name], { output: 'collect' })).code === 0),
  );
  return wanted.filter((_, index) => !present[index]);
}

/** On Debian and Ubuntu: installs what is missing as root, names it otherwise. Elsewhere there is nothing to do. */
export async function ensureSystemPackages() {
  if (!existsSync('/usr/bin/dpkg') || !existsSync('/usr/bin/apt-get')) return;
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    say(`for the keychain install, as root: ${command}`);
    return;
  }
  say(`installing system packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await runCommand('apt-get', ['update', '-qq'], { env, output: 'collect' });
  const install = await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env,
    output: 'collect',
  });
  // only the keychain is lost: say so and go on
  if (install.code !== 0) say(`that failed; by hand: ${command}\n${update.output}${install.output}`);
}
