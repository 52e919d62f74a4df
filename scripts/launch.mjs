import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isCheckout, root, say } from './checkout.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { installedNode, oldestNode, runsProduct, runsTools } from './tool-node.mjs';

/** Set by the tests: one run of them uses one build, whatever is edited meanwhile. */
const givenBuild = process.env['HARDSHELL_BUILD'];

async function programFile() {
  if (!isCheckout) return join(root, 'out', 'main', 'cli.js');
  if (givenBuild !== undefined && givenBuild !== '') return join(givenBuild, 'cli.js');
  await ensureInstall();
  return join(await ensureBuild(), 'cli.js');
}

/**
 * Runs the program in this process, as if it had been called itself.
 * @param {string} program
 */
async function runHere(program) {
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
}

/**
 * Runs the program in another Node.js and ends as it ends.
 * @param {string} node
 * @param {string} program
 */
function runThere(node, program) {
  const preload = pathToFileURL(join(root, 'scripts', 'die-with-launcher.mjs')).href;
  const child = spawn(node, ['--import', preload, program, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  // A terminal sends Ctrl-C to the program too: passed on, it would arrive twice.
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  if (process.platform !== 'win32') process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', () => {
    if (runsProduct) void runHere(program);
    else refuseOldNode();
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 1 : constants.signals[signal])));
}

function refuseOldNode() {
  say(`Node.js ${oldestNode.major}.${oldestNode.minor} or newer is needed, this is ${process.versions.node}`);
  process.exit(1);
}

/** Prepares what a checkout needs, then runs the program under the newest Node.js at hand. */
export async function launch() {
  let program;
  try {
    program = await programFile();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  const node = runsTools ? undefined : installedNode();
  if (node !== undefined) {
    runThere(node, program);
    return;
  }
  if (!runsProduct) refuseOldNode();
  if (!runsTools) say(`running on Node.js ${process.versions.node}; a newer one (>= 22) is recommended`);
  await runHere(program);
}
