// `npm run pack [-- --installers]`: the desktop app for this system in out/packed, with a Debian package of it where there are the
// tools for one. With --installers also AppImage, dmg or nsis.
import { join } from 'node:path';
import { root, say } from './checkout.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { runCommand } from './run-command.mjs';
import { runsTools, toolNode } from './tool-node.mjs';

const output = join(root, 'out', 'packed');

async function pack() {
  // what is packed is for every account of the computer that it comes to
  process.umask(0o022);
  const { findElectron } = await import('./find-electron.mjs');
  const { makeApp } = await import('./pack/make-app.mjs');
  const installers = process.argv.includes('--installers');
  const app = await makeApp({ build: await ensureBuild(), electron: findElectron(), output, installers });
  say(`packed ${app.folder}`);
  if (process.platform !== 'linux') return;
  const { canMakeDeb, makeDeb } = await import('./deb/make-deb.mjs');
  if (canMakeDeb()) say(`packed ${await makeDeb({ app: app.folder, output })}`);
  else say('no Debian package: that takes dpkg-deb and fakeroot');
}

await ensureInstall();
if (runsTools) await pack();
else {
  const { code } = await runCommand(toolNode(), process.argv.slice(1), { cwd: root, output: 'inherit' });
  process.exitCode = code;
}
