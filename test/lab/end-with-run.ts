// Loaded by every worker of the integration tests: a worker whose run was stopped would leave, or even start, servers
// after the run has removed its own.
import { removeLeftovers } from './leftovers.ts';

/** After its last words a process needs a moment to be gone. */
const orphanedMs = 300;

/** A `docker run` that was under way gets so long to become a server that can be removed. */
const settleMs = 2000;

const run = process.ppid;

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

process.once('disconnect', () => process.exit(1));
process.once('exit', () => {
  if (process.connected) return;
  block(orphanedMs);
  if (process.ppid === run) return; // the run goes on, this worker alone has ended
  block(settleMs);
  removeLeftovers();
});
