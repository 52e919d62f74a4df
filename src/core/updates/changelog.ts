import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { readPackageText } from '../openclaw/package-text.ts';
import type { Registry } from '../openclaw/registry.ts';
import { hasCode, PRIVATE_DIR, writeFileAtomic } from '../system/atomic-file.ts';
import type { ChangelogPart } from './update-api.ts';

/** Upstream writes a hundred kilobytes for one version; what comes after that many nobody reads here. */
const MAX_BYTES = 256 * 1024;
export const MAX_PART_CHARACTERS = 24_000;
/** Each is a file of its own, from a package of its own. */
export const MAX_PARTS = 6;

const CUT = '\n\n…';

/**
 * Each version's part of a changelog: what stands below `## 2026.9.6`, `## [2026.9.6] - 2026-09-18` and the like. Pure.
 */
export function parseChangelog(text: string): readonly ChangelogPart[] {
  const parts: { version: string; lines: string[] }[] = [];
  let isWithin = false;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^##\s+(.*)$/.exec(line);
    if (heading === null) {
      if (isWithin) parts.at(-1)?.lines.push(line);
      continue;
    }
    const version = /^\[?v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)\]?(?=\s|$)/.exec(heading[1] ?? '')?.[1];
    isWithin = version !== undefined;
    if (version !== undefined) parts.push({ version, lines: [] });
  }
  return parts.map(({ version, lines }) => ({ version, text: cutShort(lines.join('\n').trim()) }));
}

function cutShort(text: string): string {
  if (text.length <= MAX_PART_CHARACTERS) return text;
  const end = text.lastIndexOf('\n', MAX_PART_CHARACTERS);
  return `${text.slice(0, end > 0 ? end : MAX_PART_CHARACTERS)}${CUT}`;
}

export interface ChangelogSource {
  readonly registry: Registry;
  /** Where they are kept: what a version says of itself never changes. */
  readonly dir: string;
  readonly signal?: AbortSignal;
}

/**
 * What upstream says is new in these versions, newest first; of the newest few where there are many. A version whose part cannot
 * be read is left out: an update waits for no text.
 */
export async function readChangelog(
  versions: readonly string[],
  { registry, dir, signal }: ChangelogSource,
): Promise<readonly ChangelogPart[]> {
  const wanted = versions.toSorted(semver.rcompare).slice(0, MAX_PARTS);
  const found = new Map<string, string>();
  for (const version of wanted) {
    if (found.has(version)) continue;
    const text = await readVersion(version).catch(() => {
      signal?.throwIfAborted();
      return undefined;
    });
    // One may tell of those before it as well.
    for (const part of parseChangelog(text ?? '')) {
      if (!found.has(part.version) && part.text !== '') found.set(part.version, part.text);
    }
  }
  return wanted.flatMap((version) => {
    const text = found.get(version);
    return text === undefined ? [] : [{ version, text }];
  });

  async function readVersion(version: string): Promise<string | undefined> {
    const file = join(dir, `${version}.md`);
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    const { tarballUrl } = await registry.readManifest('openclaw', version, signal);
    const text = await readPackageText(tarballUrl, 'CHANGELOG.md', {
      maxBytes: MAX_BYTES,
      ...(signal === undefined ? {} : { signal }),
    });
    await mkdir(dir, { recursive: true, mode: PRIVATE_DIR });
    await writeFileAtomic(file, text ?? '');
    return text;
  }
}
