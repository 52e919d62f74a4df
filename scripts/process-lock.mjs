import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const pollMs = 100;

/** Breaking a dead lock takes a moment; whoever needs longer for it has died on the way. */
const breakerLifeMs = 10_000;

/**
 * A process number alone is used again by the system; with its start time it names one process.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return ''; // no /proc here: the number has to do
  }
}

/** @param {string} content */
function isAlive(content) {
  const [pid = '', start = ''] = content.split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  return start === '' || startOf(Number(pid)) === start;
}

/** @param {string} file */
function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Takes the lock if nobody alive holds it. Its file appears with its content in one step, so that a reader
 * never meets half a lock.
 * @param {string} file
 * @returns {(() => void) | null} what releases it, or null while somebody else holds it
 */
export function tryLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const content = `${process.pid} ${startOf(process.pid)}`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  try {
    if (linkOnce(draft, file)) return () => rmSync(file, { force: true });
    const holder = readOrNull(file);
    if (holder === null || isAlive(holder)) return null;
    breakDeadLock(file, holder);
    return linkOnce(draft, file) ? () => rmSync(file, { force: true }) : null;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} draft
 * @param {string} file
 */
function linkOnce(draft, file) {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a lock whose holder is dead. Only one may do so at a time: two that saw the same dead lock would
 * otherwise remove each other's new one.
 * @param {string} file
 * @param {string} dead its content
 */
function breakDeadLock(file, dead) {
  const breaker = `${file}.break`;
  try {
    writeFileSync(breaker, '', { flag: 'wx' });
  } catch {
    try {
      if (Date.now() - statSync(breaker).mtimeMs > breakerLifeMs) rmSync(breaker, { force: true });
    } catch {
      // gone in the meantime
    }
    return;
  }
  if (readOrNull(file) === dead) rmSync(file, { force: true });
  rmSync(breaker, { force: true });
}

/**
 * Runs `work` while no other process runs its own under the same lock.
 * @template T
 * @param {string} file
 * @param {() => void} onWait called once when somebody else holds it
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProcessLock(file, onWait, work) {
  let release = tryLock(file);
  if (release === null) onWait();
  while (release === null) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    release = tryLock(file);
  }
  try {
    return await work();
  } finally {
    release();
  }
}
