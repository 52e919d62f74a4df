import { chmod, mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { query } from '../../host/command.ts';
import { exec } from '../../host/exec.ts';
import { parseChecksum, type NodeSources, type NpmSource, type SiteSource } from '../../openclaw/node-release.ts';
import { hasCode, makePrivateDir } from '../../system/atomic-file.ts';
import type { ApplyContext, Step } from '../step.ts';
import { download, downloadText, type Checksum } from './download.ts';
import { nodePrograms, type LocalLayout } from './local-layout.ts';

/**
 * A Node.js of our own, from the npm registry (the official binary and npm as packages) or, where that has none for the
 * platform, from nodejs.org. Unpacked beside its place, tried, and only then put there: what has its name is whole.
 */
export function nodeRuntimeStep(
  layout: LocalLayout,
  version: string,
  readSources: (signal: AbortSignal) => Promise<NodeSources>,
): Step {
  const { platform, nodeDir } = layout;
  return {
    id: 'node',
    title: `Install Node.js ${version}`,
    facts: [],
    timeoutMs: 10 * 60_000,
    async check() {
      const there = (await isThere(layout.node)) && (await isThere(layout.npmCli));
      return there ? satisfied(`Node.js ${version} is in ${nodeDir}`) : needed(`no Node.js ${version} in ${nodeDir}`);
    },
    async apply(context) {
      const sources = await readSources(context.signal);
      const fresh = `${nodeDir}.new`;
      await context.act(`Unpacking Node.js ${version} into ${nodeDir}`, async (signal) => {
        await makePrivateDir(layout.runtimeDir);
        await rm(fresh, { recursive: true, force: true });
        const narrowed = { ...context, signal };
        // What nodejs.org has for macOS comes from there: the registry's packages for it lag behind.
        if (platform === 'darwin') await unpackSite(sources.site, fresh, narrowed);
        else await unpackPackages(sources.npm, fresh, platform, narrowed);
        await tryNode(fresh, version, platform, narrowed);
        await rm(nodeDir, { recursive: true, force: true });
        await rename(fresh, nodeDir);
      });
    },
  };
}

type Context = Pick<ApplyContext, 'signal' | 'progress' | 'host'>;

async function unpackPackages(
  source: NpmSource,
  dir: string,
  platform: NodeJS.Platform,
  context: Context,
): Promise<void> {
  const { npmDir, node } = nodePrograms(dir, platform);
  await mkdir(npmDir, { recursive: true });
  const sha512 = (hex: string): Checksum => ({ algorithm: 'sha512', hex });
  await Promise.all([
    // Its headers are for who compiles against it, and more than 60 MB.
    unpack(source.node.url, sha512(source.node.sha512Hex), dir, (path) => path.startsWith('package/bin/'), context),
    unpack(source.npm.url, sha512(source.npm.sha512Hex), npmDir, () => true, { ...context, progress: () => undefined }),
  ]);
  if (platform === 'win32') {
    await rename(join(dir, 'bin', 'node.exe'), node);
    return;
  }
  await chmod(node, 0o755);
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(dirname(node), name));
}

async function unpackSite(source: SiteSource, dir: string, context: Context): Promise<void> {
  const hex = parseChecksum(await downloadText(source.checksumsUrl, context.signal), source.archiveName);
  if (hex === undefined) {
    throw new AppError('download.integrity', {
      message: `The list of checksums does not name ${source.archiveName}.`,
      details: { url: source.checksumsUrl },
    });
  }
  await mkdir(dir, { recursive: true });
  const isHeader = /^[^/]+\/(include|share)\//;
  await unpack(source.archiveUrl, { algorithm: 'sha256', hex }, dir, (path) => !isHeader.test(path), context);
}

/** Everything below the archive's own folder goes into `dir`. */
async function unpack(
  url: string,
  checksum: Checksum,
  dir: string,
  filter: (path: string) => boolean,
  context: Context,
): Promise<void> {
  await download({
    url,
    checksum,
    signal: context.signal,
    onProgress: (done, total) => context.progress(done, total, 'bytes'),
    into: (content: Readable, signal) =>
      pipeline(content, extract({ cwd: dir, strip: 1, filter, preserveOwner: false, strict: true }), { signal }),
  });
}

async function tryNode(
  dir: string,
  version: string,
  platform: NodeJS.Platform,
  { host, signal }: Context,
): Promise<void> {
  const { node } = nodePrograms(dir, platform);
  const result = await exec(host, query([node, '--version']), { signal, timeoutMs: 60_000 });
  if (result.code === 0 && result.stdout.trim() === `v${version}`) return;
  throw new AppError('download.integrity', {
    message: `What was downloaded as Node.js ${version} does not run as that on this computer.`,
    hint: 'This computer may be too old for it, or a mirror serves something else.',
    details: {
      exitCode: result.code,
      says: result.stdout.trim().slice(0, 200),
      lastLines: result.stderr.split('\n').slice(-20),
    },
  });
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
