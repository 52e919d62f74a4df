import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { hasCode, listBeside, makePrivateDir, PRIVATE_FILE } from './atomic-file.ts';
import {
  isPidUsed,
  isProcessAlive,
  processIdentitySchema,
  readOwnIdentity,
  type ProcessIdentity,
} from './process-identity.ts';

/** How long a writer waits for the others before it gives up. A lock is held for one small write: milliseconds. */
export const LOCK_WAIT_MS = 10_000;
const POLL_MIN_MS = 2;
const POLL_MAX_MS = 50;
/** Whether the holder's pid is in use is asked at every poll; whether it is still the same process, this often. */
const IDENTITY_EVERY_MS = 1_000;

/** Loose: a newer Hardshell may write more into its locks, and they hold all the same. */
const lockSchema = z.object({ ...processIdentitySchema.shape, nonce: z.string().regex(/^[0-9a-f]{12}$/) });

interface Holder {
  /** Undefined: the machine went down before the lock's content was on the disk. Nobody holds it. */
  readonly process: ProcessIdentity | undefined;
  /** Names this very lock, so that nobody takes a later one at the same path for it. */
  readonly nonce: string;
}

/** What is written beside a lock while it is waited for, and while it is taken over: behind its name and a dot. */
const BESIDE_LOCK = /^(?:[0-9a-f]{12}\.tmp|reap-[0-9a-f-]+)$/;

/** Waiters of this process, by path: they queue in memory, so that only one of them polls the file. */
const queues = new Map<string, Promise<void>>();

export interface LockOptions {
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

interface Patience {
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Does a short piece of work while no other process (and nothing else in this one) holds the lock file `path`. A lock whose
 * process is dead is taken over. Not re-entrant.
 * @throws AppError `state.busy` when it could not be had in time
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const patience: Patience = { deadlineMs: Date.now() + (options.waitMs ?? LOCK_WAIT_MS), signal: options.signal };
  const before = queues.get(path) ?? Promise.resolve();
  let endTurn = (): void => undefined;
  const turn = new Promise<void>((resolve) => {
    endTurn = resolve;
  });
  const mine = before.then(() => turn);
  queues.set(path, mine);
  try {
    await inTime(before, path, patience);
    await acquire(path, path, patience);
    try {
      return await work();
    } finally {
      await release(path);
    }
  } finally {
    endTurn();
    if (queues.get(path) === mine) queues.delete(path);
  }
}

/**
 * Removes what killed processes left beside the lock file `path`. For its holder: a lock that is held is taken over by nobody,
 * so no right to take it over is needed.
 */
export async function sweepLock(path: string): Promise<void> {
  for (const left of await listBeside(path, BESIDE_LOCK)) {
    const writer = (await readHolder(left))?.process;
    // What says nobody's name may be written this moment.
    if (writer !== undefined && !(await isProcessAlive(writer))) await release(left);
  }
}

async function inTime(before: Promise<void>, path: string, patience: Patience): Promise<void> {
  const stop = new AbortController();
  const signal = patience.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, patience.signal]);
  try {
    const late = sleep(Math.max(0, patience.deadlineMs - Date.now()), 'late' as const, { signal });
    const first = await Promise.race([before, late]);
    if (first === 'late') throw new AppError('state.busy', { details: { path, pid: process.pid } });
  } catch (error) {
    patience.signal?.throwIfAborted();
    throw error;
  } finally {
    stop.abort();
  }
}

/**
 * The lock's content is written to a file of another name first, which is then linked to the lock's name: who sees a lock
 * sees who holds it, also when its holder was killed between the two.
 */
async function acquire(path: string, base: string, patience: Patience): Promise<void> {
  const own = await readOwnIdentity();
  const nonce = randomBytes(6).toString('hex');
  const ticket = `${base}.${nonce}.tmp`;
  await makePrivateDir(dirname(path));
  await writeFile(ticket, JSON.stringify({ ...own, nonce }), { mode: PRIVATE_FILE, flag: 'wx' });
  try {
    let identityDueMs = 0;
    while (!(await tryLink(ticket, path))) {
      patience.signal?.throwIfAborted();
      const holder = await readHolder(path);
      const askIdentity = Date.now() >= identityDueMs;
      if (holder !== undefined && !(await isHeld(holder, askIdentity))) {
        await reap(path, holder.nonce, base, patience);
        continue;
      }
      if (askIdentity) identityDueMs = Date.now() + IDENTITY_EVERY_MS;
      if (Date.now() >= patience.deadlineMs) {
        throw new AppError('state.busy', { details: { path, pid: holder?.process?.pid } });
      }
      await sleep(POLL_MIN_MS + Math.random() * (POLL_MAX_MS - POLL_MIN_MS));
    }
  } finally {
    await rm(ticket, { force: true });
  }
}

async function isHeld(holder: Holder, askIdentity: boolean): Promise<boolean> {
  if (holder.process === undefined || !isPidUsed(holder.process.pid)) return false;
  return !askIdentity || isProcessAlive(holder.process);
}

async function tryLink(ticket: string, path: string): Promise<boolean> {
  try {
    await link(ticket, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    // Windows keeps the name of a removed file until its last reader has closed it.
    if (process.platform === 'win32' && hasCode(error, 'EPERM', 'EACCES', 'EBUSY')) return false;
    throw error;
  }
}

/**
 * Removes the lock of a dead process. Two who want that at once must not remove the lock that one of them has taken since:
 * so the right to remove this very lock, named by its nonce, is a lock itself.
 */
async function reap(path: string, nonce: string, base: string, patience: Patience): Promise<void> {
  const guard = `${base}.reap-${nonce}`;
  await acquire(guard, base, patience);
  try {
    if ((await readHolder(path))?.nonce === nonce) await release(path);
  } finally {
    await release(guard);
  }
}

function release(path: string): Promise<void> {
  return rm(path, { force: true, maxRetries: 5, retryDelay: 20 });
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const content = await readFile(path, 'utf8');
    const parsed = lockSchema.safeParse(parseJson(content));
    if (parsed.success)
      return { process: { pid: parsed.data.pid, startedAt: parsed.data.startedAt }, nonce: parsed.data.nonce };
    const { ino, mtimeMs } = await stat(path);
    return { process: undefined, nonce: `${String(ino)}-${String(Math.trunc(mtimeMs))}` };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (process.platform === 'win32' && hasCode(error, 'EPERM', 'EACCES', 'EBUSY')) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
