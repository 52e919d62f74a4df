import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One test run: all its workers see the same id, because workers inherit the environment of who starts them. */
export function labRunId(): string {
  return (process.env['HARDSHELL_LAB_RUN'] ??= `${process.pid}-${randomBytes(4).toString('hex')}`);
}

/** What every container and image of a run is labelled with. */
export function runLabel(): string {
  return `hardshell.lab.run=${labRunId()}`;
}

/** Outlives runs: downloads that the next run needs again. */
export function labCacheDir(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['HARDSHELL_LAB_CACHE'] ?? join(base, 'hardshell-lab');
}

export type LabState = { readonly is: 'up' } | { readonly is: 'missing'; readonly because: string };

const exitCannot = 3;

/** Brings the lab up; throws when that should have worked and did not. */
export function bringUpLab(): Promise<LabState> {
  const script = fileURLToPath(new URL('./up.sh', import.meta.url));
  if (process.platform === 'win32') return Promise.resolve({ is: 'missing', because: 'the lab needs Linux or macOS' });
  return new Promise((resolve, reject) => {
    execFile(script, (error, _stdout, stderr) => {
      const last =
        stderr
          .trim()
          .split('\n')
          .at(-1)
          ?.replace(/^lab: /, '') ?? '';
      if (error === null) resolve({ is: 'up' });
      else if (error.code === exitCannot) resolve({ is: 'missing', because: last });
      else reject(new Error(`The lab does not come up.\n${stderr}`));
    });
  });
}
