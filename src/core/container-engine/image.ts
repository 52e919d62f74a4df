import type { FileEntry, Labels } from './container-engine.ts';

export interface ImageLook {
  readonly id: string;
  readonly tags: readonly string[];
  /** `name@sha256:…`, where a registry gave it. */
  readonly digests: readonly string[];
  readonly labels: Labels;
  readonly sizeBytes: number;
  /** As Go names it: `amd64`, `arm64`. */
  readonly arch: string;
  readonly user: string;
}

export interface BuildSpec {
  readonly tag: string;
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Labels;
  /** What the recipe copies. */
  readonly files?: readonly FileEntry[];
  /** Network of the building containers, as `docker build --network`. Default the engine's. */
  readonly network?: string;
}

/** How a pull or a build goes on. Bytes are of all layers together. */
export interface ImageProgress {
  /** A line for the person. */
  readonly line?: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: 'bytes' | 'items';
}
