import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import type { Settings } from './settings.ts';

/** Where everything is kept. */
export function readDataDir({ dataDir }: Settings): string {
  return dataDir ?? defaultDataDir({ platform: process.platform, homeDir: homedir(), env: process.env });
}

/** What a door knows about the account it runs as. Core reads none of it by itself. */
interface AccountPlace {
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The folder in which Hardshell keeps everything, where HARDSHELL_DATA_DIR does not say otherwise. Pure. */
export function defaultDataDir({ platform, homeDir, env }: AccountPlace): string {
  if (platform === 'win32') {
    return win32.join(absolute(env['APPDATA'], win32) ?? win32.join(homeDir, 'AppData', 'Roaming'), 'Hardshell');
  }
  if (platform === 'darwin') return posix.join(homeDir, 'Library', 'Application Support', 'Hardshell');
  // The XDG specification: a relative path in this variable is to be ignored.
  return posix.join(absolute(env['XDG_DATA_HOME'], posix) ?? posix.join(homeDir, '.local', 'share'), 'hardshell');
}

function absolute(path: string | undefined, rules: typeof posix): string | undefined {
  return path !== undefined && path !== '' && rules.isAbsolute(path) ? path : undefined;
}
