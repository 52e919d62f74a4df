import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../system/atomic-file.ts';
import { KEPT_LOGS, rotatedName } from './log-file.ts';

/** How often a followed log is looked at. Watching needs support of the file system, looking does not. */
const FOLLOW_EVERY_MS = 250;
const CHUNK_BYTES = 64 * 1024;
/** Newest part of a log in which its last lines are looked for. */
const TAIL_BYTES = 8 * 1024 * 1024;

export interface FollowOptions {
  readonly lines: number;
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** The last lines of a log (older ones that were set aside included) and, where asked for, what is added to it from then on. */
export function openLogStream(path: string, options: FollowOptions): Readable {
  return Readable.from(readLog(path, options), { objectMode: false });
}

async function* readLog(path: string, { lines, follow, signal }: FollowOptions): AsyncGenerator<Buffer> {
  const tail = await readTail(path, lines);
  if (tail.text.length > 0) yield tail.text;
  let at = tail.end;
  while (follow && signal?.aborted !== true) {
    try {
      await sleep(FOLLOW_EVERY_MS, undefined, signal === undefined ? {} : { signal });
    } catch {
      return;
    }
    const sizeBytes = await sizeOf(path);
    if (sizeBytes < at) {
      // It was set aside: what we have not read yet is at the same place of the copy.
      yield* readFrom(rotatedName(path, 1), at);
      at = 0;
    }
    for await (const chunk of readFrom(path, at)) {
      at += chunk.length;
      yield chunk;
    }
  }
}

async function* readFrom(path: string, start: number): AsyncGenerator<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      for (let at = start; ;) {
        const buffer = Buffer.alloc(CHUNK_BYTES);
        const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}

/** The last lines, and the size of the log at that moment. */
async function readTail(path: string, lines: number): Promise<{ text: Buffer; end: number }> {
  let text: Buffer = Buffer.alloc(0);
  let end = 0;
  for (let age = 0; age <= KEPT_LOGS && countLines(text) < lines; age += 1) {
    const file = age === 0 ? path : rotatedName(path, age);
    const sizeBytes = await sizeOf(file);
    if (age === 0) end = sizeBytes;
    const parts: Buffer[] = [];
    let readBytes = 0;
    const start = Math.max(0, sizeBytes - TAIL_BYTES);
    for await (const chunk of readFrom(file, start)) {
      const wanted = chunk.subarray(0, sizeBytes - start - readBytes);
      parts.push(wanted);
      readBytes += wanted.length;
      if (start + readBytes >= sizeBytes) break;
    }
    text = Buffer.concat([...parts, text]);
  }
  return { text: lastLinesOf(text, lines), end };
}

function countLines(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) count += 1;
  return count;
}

/** Pure. A last line without a line break counts as one. */
export function lastLinesOf(text: Buffer, lines: number): Buffer {
  if (lines <= 0) return text.subarray(text.length);
  let at = text.length;
  if (text[at - 1] === 10) at -= 1;
  for (let left = lines; left > 0; left -= 1) {
    if (at <= 0) return text;
    at = text.lastIndexOf(10, at - 1);
    if (at < 0) return text;
  }
  return text.subarray(at + 1);
}

/** The newest lines of a log, for error reports. */
export async function readLastLines(path: string, lines: number): Promise<string[]> {
  const { text } = await readTail(path, lines);
  return text
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}
