import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';

/** The folder of the app's resources that a plain Node.js can read; src/main/program-files.ts looks there. */
export const commandLineFolder = 'command-line';

/** What only Electron runs. */
const desktopParts = ['main.js', 'preload'];

/**
 * Lays the program out once more, as files: the supervisor outlives the app and `hardshell` is for terminals, so that both run on
 * a Node.js of their own, which cannot look into an archive. The app itself goes on loading what is in the archive alone.
 * @param {string} resources the packed app's folder of that name
 */
export function layOutCommandLine(resources) {
  const folder = join(resources, commandLineFolder);
  extractAll(join(resources, 'app.asar'), folder);
  for (const part of desktopParts) rmSync(join(folder, 'out', 'main', part), { recursive: true });
  // Electron's own: what an Electron shows that was given no app
  rmSync(join(resources, 'default_app.asar'), { force: true });
  if (!existsSync(join(folder, 'out', 'main', 'cli.js'))) throw new Error('The archive has no command line.');
}
