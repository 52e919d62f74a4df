import type { Readable } from 'node:stream';
import { Header, Parser, Pax } from 'tar';
import { AppError } from '../../shared/app-error.ts';
import type { FileEntry } from './container-engine.ts';

const BLOCK_BYTES = 512;

/** Files as an engine takes them: one archive, in memory. They are small by nature: configuration, a recipe. */
export function packFiles(files: readonly FileEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const file of files) {
    const size = file.content?.length ?? 0;
    const about = {
      path: file.content === undefined ? `${file.path}/` : file.path,
      mode: file.mode,
      uid: file.uid,
      gid: file.gid,
      size,
      mtime: new Date(),
      type: file.content === undefined ? ('Directory' as const) : ('File' as const),
    };
    const header = new Header(about);
    const block = Buffer.alloc(BLOCK_BYTES);
    if (header.encode(block)) parts.push(new Pax({ path: about.path }).encode());
    parts.push(block);
    if (file.content !== undefined) parts.push(Buffer.from(file.content), Buffer.alloc(-size & (BLOCK_BYTES - 1)));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** The one file of an archive; undefined: what lies there is no file. Reads no further than it may. */
export async function unpackFile(archive: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const found = { chunks: [] as Buffer[], sizeBytes: 0, isFile: false };
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      found.isFile ||= entry.type === 'File' || entry.type === 'OldFile';
      entry.on('data', (chunk: Buffer) => {
        found.sizeBytes += chunk.length;
        if (found.sizeBytes <= maxBytes) found.chunks.push(chunk);
      });
    },
  });
  const failed = new Promise<never>((_resolve, reject) => parser.on('error', reject));
  failed.catch(() => undefined);
  const read = async (): Promise<void> => {
    for await (const chunk of archive) {
      parser.write(chunk as Buffer);
      if (found.sizeBytes > maxBytes) {
        throw new AppError('engine.failed', { message: 'A file is larger than can be read.', details: { maxBytes } });
      }
    }
    const ended = new Promise<void>((resolve) => parser.once('end', resolve));
    parser.end();
    await ended;
  };
  await Promise.race([read(), failed]);
  return found.isFile ? Buffer.concat(found.chunks) : undefined;
}
