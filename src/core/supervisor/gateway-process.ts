import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/app-error.ts';
import { hasCode, PRIVATE_DIR, writeFileAtomic } from '../system/atomic-file.ts';
import { signalGroup, signalProcess } from '../system/process-group.ts';
import { isPidUsed, isProcessAlive, readProcessIdentity, type ProcessIdentity } from '../system/process-identity.ts';
import { parseStarted, SHELL_STARTED } from '../system/self-record.ts';
import { openLog } from './log-file.ts';
import { freezeTree } from './process-tree.ts';
import type { ProcessEnd } from './restart-policy.ts';

/** How often an adopted process is looked at: nobody but its parent is told of its end. */
const ADOPTED_POLL_MS = 1_000;
/** Where asking for a process's start costs a program, only every so many looks do; the others ask whether the pid is used. */
const COSTLY_LOOK_EVERY = 30;
/** How long a killed process may take to be gone. */
const KILLED_WITHIN_MS = 10_000;
/** Gateways rather than the desktop are what a machine without memory should end first. */
const OOM_SCORE = 200;

export type ProcessRole = 'gateway' | 'repair';

/** A process that a supervisor, this one or an earlier one, has started. It lives on when its supervisor does not. */
export interface SupervisedProcess {
  readonly pid: number;
  readonly role: ProcessRole;
  /** Fingerprint of the definition it was started with. */
  readonly hash: string;
  readonly ended: Promise<ProcessEnd>;
  /**
   * Asks it to end, and after `graceMs` ends it and what is left of its group. Aborting `hurry` cuts the grace short.
   * Resolves when it is gone.
   */
  terminate(graceMs: number, hurry?: AbortSignal): Promise<void>;
  /** Stops it where it stands and ends all that descends from it. Windows cannot stop a process: there it is ended too. */
  freeze(): Promise<void>;
  /** Ends what an ended process has left behind in its group. */
  sweep(): Promise<void>;
}

export interface ProcessSpec {
  readonly role: ProcessRole;
  readonly hash: string;
  readonly recordFile: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
}

/*
 * The process writes down who it is before it becomes the program, so that there is no moment in which a gateway runs that
 * a next supervisor would not find. $1 record, $2 role, $3 fingerprint, $4 score for the kernel's choice when memory is out
 */
const RECORD = `record=$1 role=$2 hash=$3 score=$4; shift 4
${SHELL_STARTED}
(umask 077; printf '%s %s %s %s\\n' "$role" "$hash" "$$" "$(started)" >"$record.new" && mv -f "$record.new" "$record") || exit 73
[ ! -w "/proc/$$/oom_score_adj" ] || echo "$score" 2>/dev/null >"/proc/$$/oom_score_adj" || :
exec "$@"`;

/** Starts a process in a session of its own whose output goes to its log. @throws AppError `command.failed` */
export async function startProcess(spec: ProcessSpec, platform: NodeJS.Platform): Promise<SupervisedProcess> {
  const windows = platform === 'win32';
  const [program, ...args]: readonly [string, ...string[]] = windows
    ? spec.argv
    : ['sh', '-c', RECORD, 'sh', spec.recordFile, spec.role, spec.hash, String(OOM_SCORE), ...spec.argv];
  await mkdir(dirname(spec.recordFile), { recursive: true, mode: PRIVATE_DIR });
  const log = await openLog(spec.logFile);
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) =>
        reject(new AppError('command.failed', { message: `${program} cannot be started.`, cause })),
      );
    });
  } finally {
    await log.close();
  }
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // A supervisor's life must not depend on that of its gateways.
  child.unref();
  const pid = child.pid ?? 0;
  if (windows) {
    const identity = await readProcessIdentity(pid);
    if (identity !== undefined) {
      await writeFileAtomic(spec.recordFile, `${spec.role} ${spec.hash} ${String(pid)} ${identity.startedAt}\n`);
    }
  }
  return supervise({ pid, role: spec.role, hash: spec.hash, ended, platform });
}

/** The process that an earlier supervisor has left behind; undefined where none of them lives. */
export async function adoptProcess(
  recordFile: string,
  platform: NodeJS.Platform,
): Promise<SupervisedProcess | undefined> {
  const record = await readProcessRecord(recordFile);
  if (record === undefined || !(await isProcessAlive(record.identity))) return undefined;
  const { identity, role, hash } = record;
  return supervise({ pid: identity.pid, role, hash, ended: watchEnd(identity, platform), platform });
}

async function watchEnd(identity: ProcessIdentity, platform: NodeJS.Platform): Promise<ProcessEnd> {
  for (let looks = 1; ; looks += 1) {
    await sleep(ADOPTED_POLL_MS, undefined, { ref: false });
    const careful = platform === 'linux' || looks % COSTLY_LOOK_EVERY === 0;
    if (!(careful ? await isProcessAlive(identity) : isPidUsed(identity.pid))) return 'unknown';
  }
}

type Parts = Pick<SupervisedProcess, 'pid' | 'role' | 'hash' | 'ended'> & { readonly platform: NodeJS.Platform };

function supervise({ pid, role, hash, ended, platform }: Parts): SupervisedProcess {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const isGoneWithin = async (ms: number, hurry?: AbortSignal): Promise<boolean> => {
    const stop = new AbortController();
    const signal = hurry === undefined ? stop.signal : AbortSignal.any([stop.signal, hurry]);
    try {
      return await Promise.race([ended.then(() => true), sleep(ms, false, { signal, ref: false }).catch(() => false)]);
    } finally {
      stop.abort();
    }
  };
  return {
    pid,
    role,
    hash,
    ended,
    async terminate(graceMs, hurry) {
      // The leader alone: it ends its own children in order, and some of them it still needs for that.
      if (!gone) signalProcess(pid, 'SIGTERM');
      if (!(await isGoneWithin(hurry?.aborted === true ? 0 : graceMs, hurry))) {
        await signalGroup(pid, 'SIGKILL', platform);
        if (!(await isGoneWithin(KILLED_WITHIN_MS))) {
          throw new AppError('command.timeout', { message: `The process ${String(pid)} cannot be ended.` });
        }
      }
      await signalGroup(pid, 'SIGKILL', platform);
    },
    async freeze() {
      if (platform === 'win32') await signalGroup(pid, 'SIGKILL', platform);
      else if (!gone) await freezeTree(pid);
    },
    async sweep() {
      await signalGroup(pid, 'SIGKILL', platform);
    },
  };
}

export interface ProcessRecord {
  readonly role: ProcessRole;
  readonly hash: string;
  readonly identity: ProcessIdentity;
}

export async function readProcessRecord(path: string): Promise<ProcessRecord | undefined> {
  try {
    return parseProcessRecord(await readFile(path, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export async function removeProcessRecord(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** `gateway 0123456789abcdef 4711 BOOT/TICKS`. Pure. */
export function parseProcessRecord(text: string): ProcessRecord | undefined {
  const match = /^(gateway|repair) ([0-9a-f]+) (\d+) (\S.*)\n$/.exec(text);
  const [, role, hash, pid, startedAt] = match ?? [];
  const started = parseStarted(startedAt ?? '');
  if (hash === undefined || pid === undefined || started === undefined) return undefined;
  return { role: role === 'gateway' ? 'gateway' : 'repair', hash, identity: { pid: Number(pid), startedAt: started } };
}
