import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const ASK_TIMEOUT_MS = 10_000;
const run = promisify(execFile);

/** One process that has not ended. */
export interface TableEntry {
  readonly pid: number;
  /** Its process group; where the platform has none, the process itself. */
  readonly groupId: number;
}

/** All processes of this computer, without those that have ended and were not reaped. POSIX only. */
export async function readProcessTable(platform: NodeJS.Platform): Promise<TableEntry[]> {
  if (platform === 'linux') {
    const entries = await Promise.all(
      (await listPids()).map(async (pid) => parseLinuxEntry(await readProc(pid, 'stat'))),
    );
    return entries.flatMap((entry) => entry ?? []);
  }
  const { stdout } = await run('/bin/ps', ['-axo', 'pid=,pgid=,stat='], {
    timeout: ASK_TIMEOUT_MS,
    maxBuffer: 8 * 1024 * 1024,
  });
  return parsePsTable(stdout);
}

/** Processes of this account whose environment says `NAME=VALUE`. Only Linux tells; elsewhere none are found. */
export async function findByEnvironment(platform: NodeJS.Platform, name: string, value: string): Promise<number[]> {
  if (platform !== 'linux') return [];
  const wanted = `\0${name}=${value}\0`;
  const found = await Promise.all(
    (await listPids()).map(async (pid) => (`\0${await readProc(pid, 'environ')}`.includes(wanted) ? [pid] : [])),
  );
  return found.flat();
}

async function listPids(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Empty for a process that is gone, or somebody else's. */
async function readProc(pid: number, file: 'stat' | 'environ'): Promise<string> {
  try {
    return await readFile(`/proc/${String(pid)}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** `/proc/PID/stat`. Pure. */
export function parseLinuxEntry(stat: string): TableEntry | undefined {
  const pid = Number.parseInt(stat, 10);
  const [state, , groupId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number.isNaN(pid) || groupId === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, groupId: Number(groupId) };
}

/** `ps -axo pid=,pgid=,stat=`. Pure. */
export function parsePsTable(output: string): TableEntry[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, groupId, state] = /^\s*(\d+)\s+(\d+)\s+(\S+)/.exec(line) ?? [];
    if (pid === undefined || groupId === undefined || state?.startsWith('Z') !== false) return [];
    return [{ pid: Number(pid), groupId: Number(groupId) }];
  });
}
