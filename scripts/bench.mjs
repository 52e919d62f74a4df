// `npm run bench`: ratios, taken in one run against the lab.
import { join } from 'node:path';
import { root } from './checkout.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { runCommand } from './run-command.mjs';
import { toolNode } from './tool-node.mjs';

await ensureInstall();
const env = { ...process.env, HARDSHELL_BUILD: await ensureBuild() };
const { code } = await runCommand(
  toolNode(),
  ['--import', join(root, 'test', 'raw-text.mjs'), join(root, 'test', 'bench', 'main.ts'), ...process.argv.slice(2)],
  {
    cwd: root,
    env,
    output: 'inherit',
  },
);
process.exitCode = code;
