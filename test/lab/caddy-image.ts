import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withProcessLock } from '../../scripts/process-lock.mjs';
import { docker, tryDocker } from './docker.ts';
import { labCacheDir } from './run.ts';

const base = 'debian:bookworm-slim';
const dockerfile = `FROM ${base}
COPY caddy /usr/bin/caddy
ENTRYPOINT []
CMD ["caddy", "run"]
`;

/** Where Caddy and Pebble lie, newer than Debian 12 has them: `usr/bin/caddy`. */
export async function newerPrograms(): Promise<string> {
  const script = fileURLToPath(new URL('./newer-debs.sh', import.meta.url));
  const { stdout } = await promisify(execFile)(script, { encoding: 'utf8' });
  return stdout.trim();
}

/** An image with Caddy on the engine of this machine, as its makers' own has it: made once a machine and kept. */
export async function caddyImage(): Promise<string> {
  const program = join(await newerPrograms(), 'usr/bin/caddy');
  const { stdout: version } = await promisify(execFile)(program, ['version'], { encoding: 'utf8' });
  const tag = `hardshell-lab/caddy:${/\d+(?:\.\d+)+/.exec(version)?.[0] ?? 'unknown'}`;
  const isThere = async (): Promise<boolean> => (await tryDocker(['image', 'inspect', tag])).code === 0;
  if (await isThere()) return tag;
  await mkdir(labCacheDir(), { recursive: true });
  await withProcessLock(
    join(labCacheDir(), 'caddy-image.lock'),
    () => undefined,
    async () => {
      if (await isThere()) return;
      const folder = await mkdtemp(join(labCacheDir(), 'caddy-image-'));
      try {
        await copyFile(program, join(folder, 'caddy'));
        await writeFile(join(folder, 'Dockerfile'), dockerfile);
        await docker(['build', '--quiet', '--network', 'none', '--tag', tag, folder]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
  return tag;
}
