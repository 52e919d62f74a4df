import { createHash } from 'node:crypto';
import recipe from '../../../resources/docker/openclaw.Dockerfile?raw';
import type { BuildSpec } from '../container-engine/image.ts';

/** What an image of ours is known by: the sum of the recipe that it was made from. */
export const recipeLabel = 'dev.hardshell.recipe';

export const imageRecipe: string = recipe;
/** A recipe that changes makes another image. */
export const recipeSum: string = createHash('sha256').update(recipe).digest('hex');

const SUM_IN_TAG = 12;

/** The name of the image that is built of a version of OpenClaw. Pure. */
export function buildTag(version: string): string {
  return `hardshell/openclaw:${version}-${recipeSum.slice(0, SUM_IN_TAG)}`;
}

export interface BuildSources {
  /** Base URL of the npm registry as the engine's machine reaches it, without a trailing slash. */
  readonly registry: string;
  /** PEM, may be empty: whom npm trusts beside the usual ones, during the build alone. */
  readonly certificates: string;
}

/** Pure. */
export function buildRecipe(version: string, { registry, certificates }: BuildSources): BuildSpec {
  return {
    tag: buildTag(version),
    dockerfile: imageRecipe,
    args: { VERSION: version, REGISTRY: registry },
    labels: { [recipeLabel]: recipeSum },
    files: [{ path: 'extra-ca.pem', mode: 0o644, uid: 0, gid: 0, content: new TextEncoder().encode(certificates) }],
    // A container's own loopback has no registry: the machine's has.
    ...(isLoopback(registry) ? { network: 'host' } : {}),
  };
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(new URL(url).hostname);
}
