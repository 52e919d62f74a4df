import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './checkout.mjs';
import { withProcessLock } from './process-lock.mjs';
import { runCommand } from './run-command.mjs';

const lockfile = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json'); // npm writes it when an install is complete
const stamp = join(root, 'node_modules', '.hardshell-install');

const wantedStamp = () => createHash('sha256').update(readFileSync(lockfile)).digest('hex');

/** An install that was made by hand counts too, when it is newer than the lockfile. */
function isInstalled() {
  try {
    if (readFileSync(stamp, 'utf8') === wantedStamp()) return true;
  } catch {
    // no stamp: look at the dates
  }
  try {
    return statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs;
  } catch {
    return false;
  }
}

/** Makes sure that `node_modules` is what the lockfile says. Speaks on standard error only. */
export async function ensureInstall() {
  if (isInstalled()) return;
  await withProcessLock(
    join(root, 'out', 'install.lock'),
    () => say('waiting for another install to finish'),
    async () => {
      if (isInstalled()) return;
      say('installing dependencies (npm ci)');
      const { code } = await runCommand('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: root,
        shell: process.platform === 'win32', // npm is a .cmd there
      });
      if (code !== 0) throw new Error(`npm ci failed with exit code ${code}`);
      writeFileSync(stamp, wantedStamp());
    },
  );
}
