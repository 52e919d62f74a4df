import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './checkout.mjs';
import { withProcessLock } from './process-lock.mjs';
import { runCommand } from './run-command.mjs';
import { toolNode } from './tool-node.mjs';

/** What a build is made of, beside `src` and `resources`. */
const buildInputs = ['electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.base.json'];

/** Long-lived processes (the supervisor) go on running from the build that started them. */
const keepOldBuildsMs = 7 * 24 * 60 * 60 * 1000;

const out = join(root, 'out');

/** What electron-vite puts beside the programs. */
const besideMain = ['renderer', 'preload'];

/**
 * Where a build lies depends on its sources: a newer build never touches an older one that somebody runs, and two
 * builds of the same sources end in the same place.
 */
function buildFolder() {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  };
  for (const path of buildInputs) add(path);
  for (const path of [...sources('src'), ...sources('resources')]) add(path);
  return join(out, `build-${hash.digest('hex').slice(0, 16)}`);
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sources(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sources(path);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [path];
    });
}

/**
 * @param {string} outDir
 */
async function build(outDir) {
  const electronVite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { code, output } = await runCommand(
    toolNode(),
    [electronVite, 'build', '--logLevel', 'warn', '--outDir', outDir],
    {
      cwd: root,
      // Without Electron in node_modules electron-vite has to be told which one is meant.
      env: { ELECTRON_MAJOR_VER: '33', NO_COLOR: '1', ...process.env },
      output: 'collect',
    },
  );
  if (code !== 0) throw new Error(`The build failed.\n${output}`);
  // One folder is one build: programs find the page beside them.
  for (const part of besideMain.filter((name) => existsSync(join(outDir, name)))) {
    renameSync(join(outDir, part), join(outDir, 'main', part));
  }
}

/** Removes builds that nobody has used for long, and what a killed build left behind. */
function removeOldBuilds() {
  for (const name of readdirSync(out)) {
    if (!name.startsWith('build-')) continue;
    const age = Date.now() - statSync(join(out, name)).mtimeMs;
    if (age > keepOldBuildsMs) rmSync(join(out, name), { recursive: true, force: true });
  }
}

/**
 * Makes sure that the sources are built, and says where: a folder with `cli.js` and, in `renderer`, the page. Speaks on standard error only.
 * @returns {Promise<string>}
 */
export async function ensureBuild() {
  const folder = buildFolder();
  if (existsSync(folder)) return folder;
  return await withProcessLock(
    join(out, 'build.lock'),
    () => say('waiting for another build to finish'),
    async () => {
      if (existsSync(folder)) return folder;
      say('building');
      const draft = join(out, `build-draft-${process.pid}`);
      mkdirSync(draft, { recursive: true });
      try {
        await build(draft);
        renameSync(join(draft, 'main'), folder);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
      removeOldBuilds();
      return folder;
    },
  );
}

/** Builds what a package ships, `out/main`. */
export async function buildPackage() {
  for (const part of ['main', ...besideMain]) rmSync(join(out, part), { recursive: true, force: true });
  await build(out);
}
