import { execFile } from 'node:child_process';
import { hasCode } from './atomic-file.ts';

export type GroupSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGINT' | 'SIGHUP';

/** A target of `kill`, or the argument list that does it. */
export type GroupSignalPlan = { readonly target: number } | { readonly command: readonly [string, ...string[]] };

/** How a process and all that it has started are signalled. Windows has no process groups: there they are ended, as a tree. Pure. */
export function planGroupSignal(pid: number, platform: NodeJS.Platform): GroupSignalPlan {
  return platform === 'win32' ? { command: ['taskkill.exe', '/PID', String(pid), '/T', '/F'] } : { target: -pid };
}

/** Signals one process; false where there is none. Windows has no SIGTERM: the process then ends at once. */
export function signalProcess(pid: number, signal: GroupSignal): boolean {
  return trySignal(pid, signal);
}

/** Signals a process and everything in the group that it leads; false where nothing of that is left. */
export async function signalGroup(pid: number, signal: GroupSignal, platform: NodeJS.Platform): Promise<boolean> {
  const plan = planGroupSignal(pid, platform);
  if ('target' in plan) return trySignal(plan.target, signal);
  const [program, ...args] = plan.command;
  return new Promise((resolve) => {
    execFile(program, args, { windowsHide: true, timeout: 10_000 }, (error) => resolve(error === null));
  });
}

function trySignal(target: number, signal: GroupSignal): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    // macOS answers EPERM for a group in which only ended processes are left.
    if (hasCode(error, 'ESRCH', 'EPERM')) return false;
    throw error;
  }
}
