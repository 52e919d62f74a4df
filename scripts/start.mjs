// `npm start`: OpenClaw on this computer, and the address to sign in at.
import { join } from 'node:path';
import { root } from './checkout.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { runCommand } from './run-command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

const instance = 'this-computer';

/** @param {readonly string[]} args */
async function hardshell(args) {
  const { code } = await runCommand(process.execPath, [join(root, 'bin', 'hardshell'), ...args], { output: 'inherit' });
  if (code !== 0) process.exit(code);
}

await ensureSystemPackages();
await ensureInstall();
await hardshell(['deploy', instance, '--to', 'local', '--yes']);
await hardshell(['open', instance]);
