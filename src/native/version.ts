import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of the Hardshell that `file` belongs to: in a checkout, in a package, in an app's archive. */
export function readVersion(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown; version?: unknown };
      if (name === 'hardshell' && typeof version === 'string') return version;
    }
    if (folder === dirname(folder)) return 'unknown';
  }
}
