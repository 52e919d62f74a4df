import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { copyFile, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode, makePrivateDir, PRIVATE_FILE } from '../system/atomic-file.ts';

/** A log is set aside when it has grown to this size; with the old ones it takes at most (1 + KEPT_LOGS) times that. */
export const MAX_LOG_BYTES = 10 * 1024 * 1024;
export const KEPT_LOGS = 2;
/** How often sizes are looked at. */
export const ROTATE_EVERY_MS = 15_000;

/** The log as it was before the newest rotation, the one before that, … Pure. */
export function rotatedName(path: string, age: number): string {
  return `${path}.${String(age)}`;
}

/**
 * Opens a log for appending, for this account alone. The caller closes it. It is opened for appending because a gateway
 * writes through this descriptor on its own, also when no supervisor lives, and after the file was cut to nothing.
 */
export async function openLog(path: string): Promise<FileHandle> {
  await makePrivateDir(dirname(path));
  return open(path, 'a', PRIVATE_FILE);
}

/**
 * Sets a log aside that has become too long: copied, then cut to nothing, because who writes it keeps it open. Only what is
 * written in the microseconds between the last look and the cut is lost.
 */
export async function rotateLog(path: string, maxBytes: number = MAX_LOG_BYTES): Promise<boolean> {
  try {
    if ((await stat(path)).size < maxBytes) return false;
    for (let age = KEPT_LOGS; age > 1; age -= 1)
      await renameIfThere(rotatedName(path, age - 1), rotatedName(path, age));
    const aside = rotatedName(path, 1);
    await copyFile(path, aside);
    moveRest(path, aside);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** In one go, without giving way to anything: whatever happens between the last look and the cut is lost. */
function moveRest(from: string, to: string): void {
  const source = openSync(from, 'r+');
  try {
    const target = openSync(to, 'a', PRIVATE_FILE);
    try {
      const buffer = Buffer.alloc(64 * 1024);
      for (let at = fstatSync(target).size; ;) {
        const sizeBytes = readSync(source, buffer, 0, buffer.length, at);
        if (sizeBytes === 0) break;
        writeSync(target, buffer, 0, sizeBytes);
        at += sizeBytes;
      }
      ftruncateSync(source, 0);
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

/** Adds lines of ours to a log, marked so that nobody takes them for the gateway's. */
export async function appendNote(path: string, text: string, nowMs: number): Promise<void> {
  const at = new Date(nowMs).toISOString();
  const file = await openLog(path);
  try {
    await file.appendFile(
      text
        .trimEnd()
        .split('\n')
        .map((line) => `${at} [hardshell] ${line}\n`)
        .join(''),
    );
  } finally {
    await file.close();
  }
}
