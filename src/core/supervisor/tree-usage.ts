import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { listDescendants } from './process-tree.ts';

const run = promisify(execFile);
const PS_LIMITS = { timeout: 5_000, maxBuffer: 8 * 1024 * 1024 };
/** Of every architecture that Node.js has for Linux. */
const TICKS_PER_SECOND = 100;

interface ProcessUsage {
  readonly pid: number;
  readonly parent: number;
  /** With that of children that it has waited for, where the system counts them. */
  readonly cpuSeconds: number;
  /** Undefined: to be asked for. */
  readonly memoryBytes: number | undefined;
}

export interface TreeUsage {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** What a process and everything that descends from it takes; undefined where it is gone. Not for Windows. */
export async function readTreeUsage(root: number, platform: NodeJS.Platform): Promise<TreeUsage | undefined> {
  const table = platform === 'linux' ? await readProc() : parsePsUsage((await run('/bin/ps', PS, PS_LIMITS)).stdout);
  const wanted = new Set([root, ...listDescendants(root, table)]);
  const found = table.filter(({ pid }) => wanted.has(pid));
  if (!found.some(({ pid }) => pid === root)) return undefined;
  const memory = await Promise.all(found.map(async ({ pid, memoryBytes }) => memoryBytes ?? (await readResident(pid))));
  return {
    cpuSeconds: found.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0),
  };
}

async function readProc(): Promise<ProcessUsage[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // One that has ended since takes nothing.
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  return stats.flatMap((stat) => parseStat(stat) ?? []);
}

/** `/proc/PID/stat`. Pure. */
export function parseStat(stat: string): ProcessUsage | undefined {
  // The name of the program, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const pid = Number.parseInt(stat, 10);
  const parent = Number(fields[1]);
  const times = fields.slice(11, 15).map(Number);
  if (Number.isNaN(pid) || times.length < 4) return undefined;
  const cpuSeconds = times.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
  return { pid, parent, cpuSeconds, memoryBytes: undefined };
}

async function readResident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'latin1').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

const PS: readonly string[] = ['-A', '-o', 'pid=,ppid=,time=,rss='];

/** `ps -A -o pid=,ppid=,time=,rss=`, as macOS prints it: `501 1 12:03.45 88064`. Pure. */
export function parsePsUsage(text: string): ProcessUsage[] {
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s*$/gm)].map(([, pid, parent, time = '', kib]) => ({
    pid: Number(pid),
    parent: Number(parent),
    cpuSeconds: readTime(time),
    memoryBytes: Number(kib) * 1024,
  }));
}

/** `[[days-]hours:]minutes:seconds[.hundredths]`. */
function readTime(text: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(text) ?? [];
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
