import { execFile } from 'node:child_process';
import { hasCode } from '../system/atomic-file.ts';

export type GroupSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP';

/** The argument list that ends a process with all its children on Windows, which has no process groups to signal. Pure. */
export function taskkillCommand(pid: number): readonly [string, ...string[]] {
  return ['taskkill.exe', '/PID', String(pid), '/T', '/F'];
}

/** Signals one process; false where there is none. Windows has no SIGTERM: the process then ends at once. */
export function signalProcess(pid: number, signal: GroupSignal): boolean {
  return trySignal(pid, signal);
}

/** Signals a process and everything in the group that it leads; false where nothing of that is left. */
export async function signalGroup(pid: number, signal: GroupSignal, platform: NodeJS.Platform): Promise<boolean> {
  if (platform !== 'win32') return trySignal(-pid, signal);
  const [program, ...args] = taskkillCommand(pid);
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
