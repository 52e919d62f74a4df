import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/app-error.ts';
import { hasCode } from '../system/atomic-file.ts';
import { signalGroup } from '../system/process-group.ts';
import { isProcessAlive, type ProcessIdentity } from '../system/process-identity.ts';
import { findByEnvironment, readProcessTable } from '../system/process-table.ts';
import { parseStarted, RUN_MARKER, SHELL_STARTED } from '../system/self-record.ts';
import { GROUP_GRACE_SECONDS } from './lease.ts';

/** Exit code of a guarded command that found the lease gone: it was not started. */
export const EXIT_LOST = 173;
const POLL_MS = 100;
/** How long killed processes may take to be gone. */
const KILLED_WITHIN_MS = 10_000;

/*
 * The command records its group, and only then looks whose the lease is; who takes over writes the lease first and looks
 * for groups then. So either the one finds the group, or the other finds the lease gone. $1 record, $2 lease, $3 run
 */
const GUARD = `record=$1 lease=$2 run=$3; shift 3
${SHELL_STARTED}
(umask 077; printf '%s %s\\n' "$$" "$(started)" >"$record.new" && mv -f "$record.new" "$record") || exit 73
read -r held <"$lease" || held=
case $held in *"\\"run\\":\\"$run\\""*) ;; *) rm -f "$record"; exit ${String(EXIT_LOST)} ;; esac
${RUN_MARKER}=$run; export ${RUN_MARKER}
"$@"
code=$?
rm -f "$record"
exit $code`;

/** Pure: the command as the shell of this computer starts it, recorded under the lease. */
export function guardLocally(
  argv: readonly string[],
  record: string,
  leaseFile: string,
  run: string,
): readonly [string, ...string[]] {
  return ['sh', '-c', GUARD, 'sh', record, leaseFile, run, ...argv];
}

/** `4711 BOOT/TICKS`: the leader of a group. Pure. */
export function parseGroupRecord(text: string): ProcessIdentity | undefined {
  const [, pid, rest = ''] = /^(\d+) (.+)\n$/.exec(text) ?? [];
  const startedAt = parseStarted(rest);
  return pid === undefined || startedAt === undefined ? undefined : { pid: Number(pid), startedAt };
}

/**
 * Ends what is left of the groups whose records begin with `prefix` (all: the empty one), and on Linux also what has left
 * its group but still carries the mark of one of the runs. Resolves when none of it lives.
 * @throws AppError `lease.held` when something cannot be ended
 */
export async function endGroups(dir: string, prefix: string, platform: NodeJS.Platform): Promise<void> {
  const names = (await listRecords(dir)).filter((name) => name.startsWith(prefix));
  if (names.length === 0) return;
  const runs = new Set(names.map((name) => name.slice(0, name.lastIndexOf('.'))));
  const leaders = (
    await Promise.all(names.map(async (name) => parseGroupRecord(await readRecord(join(dir, name)))))
  ).flatMap((one) => one ?? []);
  const graceUntilMs = Date.now() + GROUP_GRACE_SECONDS * 1_000;
  for (let asked = false; ;) {
    const living = await findLiving(leaders, runs, platform);
    if (living.length === 0) break;
    const kill = Date.now() >= graceUntilMs;
    if (Date.now() >= graceUntilMs + KILLED_WITHIN_MS) {
      throw new AppError('lease.held', {
        message: 'Commands of an earlier run on this computer cannot be ended.',
        details: { processes: living },
      });
    }
    for (const target of asked && !kill ? [] : living) await signal(target, kill ? 'SIGKILL' : 'SIGTERM', platform);
    asked = true;
    await sleep(POLL_MS);
  }
  await Promise.all(names.map((name) => rm(join(dir, name), { force: true })));
}

/** What still lives: negative for a whole group, as `kill` takes it. */
async function findLiving(
  leaders: readonly ProcessIdentity[],
  runs: ReadonlySet<string>,
  platform: NodeJS.Platform,
): Promise<number[]> {
  const table = await readProcessTable(platform);
  const groups: number[] = [];
  for (const leader of leaders) {
    // Somebody else's process has its id now: then no member is left, because a group keeps the id of its leader in use.
    const recycled = table.some(({ pid }) => pid === leader.pid) && !(await isProcessAlive(leader));
    if (!recycled && table.some(({ groupId }) => groupId === leader.pid)) groups.push(-leader.pid);
  }
  const marked = (await Promise.all([...runs].map((run) => findByEnvironment(platform, RUN_MARKER, run)))).flat();
  const inGroups = new Set(table.filter(({ groupId }) => groups.includes(-groupId)).map(({ pid }) => pid));
  return [...groups, ...marked.filter((pid) => !inGroups.has(pid))];
}

async function signal(target: number, name: 'SIGTERM' | 'SIGKILL', platform: NodeJS.Platform): Promise<void> {
  if (target < 0) {
    await signalGroup(-target, name, platform);
    return;
  }
  try {
    process.kill(target, name);
  } catch (error) {
    if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
  }
}

async function listRecords(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((name) => !name.endsWith('.new'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function readRecord(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}
