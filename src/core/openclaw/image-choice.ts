import { buildTag } from './image-recipe.ts';

/** Which image an instance runs, and how an engine that does not have it comes by it. */
export type ImageSource =
  | { readonly how: 'build'; readonly reference: string; readonly version: string }
  /** `isOwn`: of OpenClaw itself, because nobody chose another one. */
  | { readonly how: 'pull'; readonly reference: string; readonly isOwn: boolean };

export interface ImageWish {
  /** `build`, a reference, or absent: OpenClaw's own image. */
  readonly choice: string | undefined;
  readonly version: string;
  /** Where OpenClaw's own image is fetched from, without a tag. */
  readonly mirror: string;
  /** What an instance that exists was made with. */
  readonly before?: { readonly choice: string | undefined; readonly version: string; readonly image: string };
}

/**
 * An instance stays on exactly the image that it has: a tag like `latest` means another one every week, and what changes
 * then should be asked for. Pure.
 */
export function chooseImage({ choice, version, mirror, before }: ImageWish): ImageSource {
  // What is built is named by its recipe: a newer Hardshell may have a better one.
  if (choice === 'build') return { how: 'build', reference: buildTag(version), version };
  const isOwn = choice === undefined;
  const isSame = before?.choice === choice && (!isOwn || (before?.version === version && isFrom(mirror, before.image)));
  if (before !== undefined && isSame) return { how: 'pull', reference: before.image, isOwn };
  return { how: 'pull', reference: isOwn ? `${mirror}:${version}` : withTag(choice), isOwn };
}

function isFrom(repository: string, image: string): boolean {
  return image.startsWith(`${repository}@`) || image.startsWith(`${repository}:`);
}

/** An engine that is asked for a name alone fetches every tag there is. */
function withTag(reference: string): string {
  return /@|:[^/]*$/.test(reference) ? reference : `${reference}:latest`;
}

/**
 * How a container names its image so that nothing takes its place: by the digest that the registry it came from gave it; by
 * its name where it came from none. Pure.
 */
export function pinImage(reference: string, digests: readonly string[]): string {
  if (reference.includes('@')) return reference;
  const repository = reference.replace(/:[^/]*$/, '');
  // Docker Hub is left out of the names of its images, and of the digests of some versions of the engine it is not.
  const short = (name: string): string => name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  return digests.find((digest) => short(digest.replace(/@.*$/, '')) === short(repository)) ?? reference;
}
