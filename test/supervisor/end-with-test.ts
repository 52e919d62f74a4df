import { readdirSync, readFileSync, rmSync } from 'node:fs';

/** What a killed process needs to be gone. */
const GONE_MS = 300;
const ROUNDS = 5;

/**
 * Supervisors and gateways outlive whoever started them, so a test that is stopped half-way would leave them. Ends, as the last
 * thing that a test's process does, every process whose command line or environment names the folder, and removes it.
 * Disposing takes that back: the test has cleared up by itself.
 */
export function endWithTest(folder: string): Disposable {
  const clear = (): void => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const left = listProcesses(folder);
      if (left.length === 0) break;
      for (const pid of left) tryKill(pid);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GONE_MS);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', clear);
  return {
    [Symbol.dispose]() {
      process.off('exit', clear);
    },
  };
}

function listProcesses(folder: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids
    .filter((pid) => ['cmdline', 'environ'].some((file) => tryRead(`/proc/${pid}/${file}`).includes(folder)))
    .map(Number);
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
