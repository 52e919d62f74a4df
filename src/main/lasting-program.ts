import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readVersion } from '../native/version.ts';

/** Where an AppImage puts itself while it runs. */
const APP_IMAGE_FOLDER = /[\\/]\.mount_[^\\/]+[\\/]/;

/** Node.js as npm brings it: a third of the app, and a deployment on this computer has put one into the data folder. */
const NODE_PACKAGE = /^node-(linux|win)-/;

/** Whether the files of `program` are gone when the app ends. Pure. */
export const goesWithTheApp = (program: string): boolean => APP_IMAGE_FOLDER.test(program);

/**
 * The command line at a place that outlives the app: where it lies, or else a copy in the data folder. A copy that no instance
 * needs any more goes with the other runtimes.
 * @param cli the command line's file, two folders below its package.json
 */
export function lastingProgram(cli: string, dataDir: string): string {
  if (!goesWithTheApp(cli)) return cli;
  const original = dirname(dirname(dirname(cli)));
  const folder = join(dataDir, 'runtime', `hardshell-${readVersion(cli)}`);
  const lasting = join(folder, 'out', 'main', basename(cli));
  if (existsSync(lasting)) return lasting;
  const draft = `${folder}.${process.pid}`;
  try {
    cpSync(original, draft, { recursive: true, filter: (path) => !NODE_PACKAGE.test(basename(path)) });
    // what is there and has no program is what somebody has taken half away
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return lasting;
}
