import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { signalProcess } from '../system/process-group.ts';

/** Something that starts processes faster than they are stopped is stopped itself after a few rounds: it was there first. */
const MAX_ROUNDS = 8;
const ASK_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const run = promisify(execFile);

interface ProcessParent {
  readonly pid: number;
  readonly parent: number;
}

/**
 * Stops a process where it stands, and ends everything that descends from it. What an agent has started often leads a group of
 * its own, which a signal to the gateway's group does not reach; a stopped process starts no others, so that after a round
 * without news nothing is left out. Not for Windows.
 */
export async function freezeTree(root: number): Promise<void> {
  const frozen = new Set<number>();
  signalProcess(root, 'SIGSTOP');
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const news = listDescendants(root, await readParents()).filter((pid) => !frozen.has(pid));
    if (news.length === 0) break;
    for (const pid of news) if (signalProcess(pid, 'SIGSTOP')) frozen.add(pid);
  }
  for (const pid of frozen) signalProcess(pid, 'SIGKILL');
}

/** Pure. */
export function listDescendants(root: number, processes: readonly ProcessParent[]): number[] {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of processes) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found = new Set<number>();
  const visit = (pid: number): void => {
    for (const child of children.get(pid) ?? []) {
      if (child === root || found.has(child)) continue;
      found.add(child);
      visit(child);
    }
  };
  visit(root);
  return [...found];
}

async function readParents(): Promise<ProcessParent[]> {
  if (process.platform === 'linux') return readProc();
  const limits = { timeout: ASK_TIMEOUT_MS, maxBuffer: MAX_ANSWER_BYTES };
  return parsePs((await run('/bin/ps', ['-A', '-o', 'pid=,ppid='], limits)).stdout);
}

/** Pure. */
export function parsePs(text: string): ProcessParent[] {
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)].map(([, pid, parent]) => ({
    pid: Number(pid),
    parent: Number(parent),
  }));
}

async function readProc(): Promise<ProcessParent[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = async (name: string): Promise<ProcessParent[]> => {
    // One that has ended since is no news.
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The name of the program, in parentheses, may itself hold spaces and parentheses.
    const parent = /^\S \d+/.exec(stat.slice(stat.lastIndexOf(')') + 2))?.[0].slice(2);
    return parent === undefined ? [] : [{ pid: Number(name), parent: Number(parent) }];
  };
  return (await Promise.all(pids.map(read))).flat();
}
