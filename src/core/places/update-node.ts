import semver from 'semver';
import { readNodeVersion, type NodePlace } from '../openclaw/node-release.ts';
import type { Registry } from '../openclaw/registry.ts';

/**
 * The Node.js for a version of OpenClaw: what is there where it does.
 * @throws AppError `registry.no-such-version`, `registry.unreachable`, `preflight.node-floor`
 */
export async function chooseNode(
  registry: Registry,
  version: string,
  there: string | undefined,
  place: NodePlace,
  signal?: AbortSignal,
): Promise<string> {
  const { nodeRange } = await registry.readManifest('openclaw', version, signal);
  if (there !== undefined && semver.satisfies(there, nodeRange ?? '*')) return there;
  return readNodeVersion(registry, nodeRange, place, signal);
}
