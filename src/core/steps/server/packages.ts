import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { listMissing, neededToolsFact, type KnownManager, type PackagesWish } from '../../facts/missing-tools.ts';
import { changeScript, formatCommand } from '../../host/command.ts';
import { expectOk, lastLines, type ExecResult } from '../../host/exec.ts';
import type { Step } from '../step.ts';

const EXIT_LOCKED = 75;
/** A fresh server is often in the middle of its first own updates; those take minutes. */
export const LOCK_DEADLINE_SECONDS = 5 * 60;

/**
 * Shell: the beginning of what installs by apt. apt's locks are waited for here and not by apt, whose older versions give up at
 * once on the one of its lists. They are POSIX record locks, which only the kernel's list shows. What a run that was killed left
 * half configured is brought to its end first. Nothing may ask, restart services by itself, or replace a settings file.
 * $1 deadline in seconds
 */
export const APT_OPENING = `set -eu
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none
deadline=$(($(date +%s) + $1)); shift
holder() {
  for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    inode=$(stat -c %i "$f" 2>/dev/null) || continue
    while read -r _ _ _ _ pid where _; do
      case $where in *:"$inode") echo "$pid"; return ;; esac
    done </proc/locks
  done
}
wait_for_lock() {
  told=
  while pid=$(holder) && [ -n "$pid" ]; do
    name=
    read -r name 2>/dev/null <"/proc/$pid/comm" || :
    [ "$told" = "$pid" ] || { told=$pid; echo "waiting for \${name:-another program} (process $pid), which is installing something"; }
    [ "$(date +%s)" -lt "$deadline" ] || { echo "\${name:-another program} (process $pid) is still installing something" >&2; exit ${String(EXIT_LOCKED)}; }
    sleep 1
  done
}
keep='-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold'
patient='-o DPkg::Lock::Timeout=60 -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30'
wait_for_lock
dpkg --configure -a --force-confdef --force-confold
wait_for_lock
apt-get -q -y $patient update`;

/* What a run that was killed left broken is mended. A package that is there while its program is not is put back. $1 deadline, then the packages */
const APT = `${APT_OPENING}
wait_for_lock
apt-get -q -y $patient $keep --no-install-recommends --reinstall install "$@" || {
  code=$?
  ! apt-get -q check >/dev/null 2>&1 || exit $code
  wait_for_lock
  apt-get -q -y $patient $keep --fix-broken install
  apt-get -q -y $patient $keep --no-install-recommends --reinstall install "$@"
}`;

/* dnf waits for its own lock. */
const DNF = `set -eu
shift
dnf -q -y --setopt=install_weak_deps=False --setopt=timeout=30 install "$@"`;

const SCRIPTS: Readonly<Record<KnownManager, string>> = { 'apt-get': APT, dnf: DNF };

/** Installs programs that a deployment needs and the server lacks, by the server's own package manager. */
export function packagesStep(
  { manager, packages, wantsUfw }: PackagesWish,
  lockDeadlineSeconds = LOCK_DEADLINE_SECONDS,
): Step {
  const tools = neededToolsFact();
  return {
    id: 'packages',
    title: `Install ${packages.join(', ')}`,
    facts: [tools],
    timeoutMs: (lockDeadlineSeconds + 10 * 60) * 1000,
    async check({ read }) {
      const missing = listMissing(await read(tools), wantsUfw);
      return missing.length === 0
        ? satisfied('everything that is needed is there')
        : needed(`the server lacks ${missing.join(', ')}`);
    },
    async apply({ change }) {
      const command = changeScript(SCRIPTS[manager], [lockDeadlineSeconds, ...packages], {
        runAs: 'root',
        env: { LC_ALL: 'C' },
      });
      expectPackages(await change(command), `Installing ${packages.join(', ')}`);
    },
  };
}

const UNREACHABLE =
  /Could not resolve|Temporary failure resolving|Failed to fetch|Could not connect|Cannot download|Curl error|Network is unreachable/i;

/** @throws AppError `download.failed`, or what `expectOk` throws */
export function expectPackages(result: ExecResult, doing: string): void {
  const lines = lastLines(result);
  const details = { doing, command: formatCommand(result.command), exitCode: result.code, lastLines: lines };
  if (result.code === EXIT_LOCKED) {
    throw new AppError('command.failed', {
      message: 'Another program on the server has been installing something for too long.',
      hint: 'Wait until it is done (a new server often installs updates first), then try again.',
      details,
    });
  }
  if (result.code !== 0 && lines.some((line) => UNREACHABLE.test(line))) {
    throw new AppError('download.failed', {
      message: 'The server could not download packages of its own system.',
      hint: 'Check the network of the server and its package sources (apt-get update).',
      details,
    });
  }
  expectOk(result, doing);
}
