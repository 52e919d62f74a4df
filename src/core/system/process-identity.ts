import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';

export const processIdentitySchema = z.strictObject({
  pid: z.int().min(1),
  /** When it started, as its operating system says it: only ever compared, never shown. */
  startedAt: z.string().min(1),
});
/** One process and no other: a pid alone is given to somebody else after its process has ended. */
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

const ASK_TIMEOUT_MS = 10_000;
const run = promisify(execFile);

/** The identity of this process. */
export const readOwnIdentity = rememberIdentity(() => readProcessIdentity(process.pid));

/** Asked once. What could not be found out is asked again: every lock of this process hangs on it. */
export function rememberIdentity(read: () => Promise<ProcessIdentity | undefined>): () => Promise<ProcessIdentity> {
  let known: Promise<ProcessIdentity> | undefined;
  const ask = async (): Promise<ProcessIdentity> => {
    const identity = await read();
    if (identity === undefined) throw new Error('The operating system does not know this process.');
    return identity;
  };
  return () =>
    (known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    }));
}

/** The identity of a running process; undefined where there is none (one that has ended and was not reaped is none). */
export async function readProcessIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = isPidUsed(pid) ? await readStart(pid) : undefined;
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether that very process still runs. */
export async function isProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await readProcessIdentity(identity.pid))?.startedAt === identity.startedAt;
}

/** Cheap first answer on every platform: no process has this pid. */
export function isPidUsed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    try {
      const [stat, boot] = await Promise.all([
        readFile(`/proc/${String(pid)}/stat`, 'utf8'),
        readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      ]);
      return parseLinuxStart(stat, boot);
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  }
  if (process.platform === 'win32') return parseWindowsStart(await ask('powershell.exe', windowsArguments(pid)));
  // A zone and a language of its own: the same process must read the same from every session.
  return parsePsStart(await ask('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { LC_ALL: 'C', TZ: 'UTC' }));
}

/** Both programs end with 1 and say nothing where there is no such process. */
async function ask(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  try {
    const limits = { timeout: ASK_TIMEOUT_MS, windowsHide: true };
    return (await run(program, [...args], env === undefined ? limits : { ...limits, env })).stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 1) return '';
    throw error;
  }
}

function windowsArguments(pid: number): string[] {
  const script = `$p = Get-Process -Id ${String(pid)} -ErrorAction SilentlyContinue; if (-not $p) { exit 1 }; $p.StartTime.ToFileTimeUtc()`;
  return ['-NoProfile', '-NonInteractive', '-Command', script];
}

/** Field 22 of /proc/PID/stat is in ticks since the machine started, so the boot's id belongs to it. Pure. */
export function parseLinuxStart(stat: string, bootId: string): string | undefined {
  // The name in parentheses may itself hold spaces and parentheses: the last one ends it.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  const [state] = fields;
  const ticks = fields[19];
  if (state === undefined || ticks === undefined || !/^\d+$/.test(ticks))
    throw new Error('/proc/PID/stat has another form than expected.');
  return state === 'Z' || state === 'X' ? undefined : `${bootId.trim()}/${ticks}`;
}

/** `Ss   Thu Sep 24 10:11:12 2026` of `ps -o stat=,lstart=`. Pure. */
export function parsePsStart(output: string): string | undefined {
  const match = /^\s*(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s*$/.exec(output);
  if (match?.[1] === undefined || match[2] === undefined) {
    if (output.trim() === '') return undefined;
    throw new Error('ps answers in another form than expected.');
  }
  return match[1].startsWith('Z') ? undefined : match[2].replaceAll(/\s+/g, ' ');
}

/** A file time: 100 ns since 1601. Pure. */
export function parseWindowsStart(output: string): string | undefined {
  const text = output.trim();
  if (text === '') return undefined;
  if (!/^\d{17,19}$/.test(text)) throw new Error('PowerShell answers in another form than expected.');
  return text;
}
