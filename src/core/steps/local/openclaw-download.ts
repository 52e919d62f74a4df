import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { integrityToHex, type PackageManifest } from '../../openclaw/registry.ts';
import { makePrivateDir, PRIVATE_FILE } from '../../system/atomic-file.ts';
import type { Step } from '../step.ts';
import { download } from './download.ts';
import type { LocalLayout } from './local-layout.ts';
import { isThere } from './node-runtime.ts';

/**
 * Fetches OpenClaw's own package, the largest part of all, while Node.js is still on its way: into npm's cache, under the
 * name by which npm looks for content whose integrity it knows. Where a later npm looks elsewhere, it downloads it itself.
 */
export function openclawDownloadStep(
  layout: LocalLayout,
  version: string,
  readManifest: (signal: AbortSignal) => Promise<PackageManifest>,
): Step {
  const mark = join(layout.npmCacheDir, `openclaw-${version}.fetched`);
  return {
    id: 'download',
    title: `Download OpenClaw ${version}`,
    facts: [],
    timeoutMs: 15 * 60_000,
    async check() {
      if (await isThere(layout.openclaw)) return satisfied('OpenClaw is installed');
      return (await isThere(mark)) ? satisfied('it waits to be installed') : needed('it was not downloaded yet');
    },
    async apply(context) {
      const manifest = await context.act(`Downloading OpenClaw ${version}`, async (signal) => {
        const found = await readManifest(signal);
        const hex = integrityToHex(found.integrity);
        const file = contentPath(layout.npmCacheDir, hex);
        await makePrivateDir(dirname(file));
        const partial = `${file}.new`;
        try {
          await download({
            url: found.tarballUrl,
            checksum: { algorithm: 'sha512', hex },
            signal,
            onProgress: (done, total) => context.progress(done, total, 'bytes'),
            into: (content, limit) =>
              pipeline(content, createWriteStream(partial, { mode: PRIVATE_FILE }), { signal: limit }),
          });
          await rename(partial, file);
        } finally {
          await rm(partial, { force: true });
        }
        await pipeline([found.integrity], createWriteStream(mark, { mode: PRIVATE_FILE }));
        return found;
      });
      context.note(`${manifest.name} ${manifest.version}, checked against ${manifest.integrity.slice(0, 23)}…`);
    },
  };
}

/** Where npm's cache (cacache, layout 2) keeps content by its sha512. Pure. */
export function contentPath(cacheDir: string, sha512Hex: string): string {
  return join(
    cacheDir,
    '_cacache',
    'content-v2',
    'sha512',
    sha512Hex.slice(0, 2),
    sha512Hex.slice(2, 4),
    sha512Hex.slice(4),
  );
}
