import { rm, stat } from 'node:fs/promises';
import { hasCode } from '../system/atomic-file.ts';
import { isRunAlive, journalPath, listRunIds } from './journal-reader.ts';

/** Logs that are kept: enough to look back on months, and never more than a person would miss on their disk. */
export const MAX_RUNS = 200;
export const MAX_RUNS_BYTES = 50 * 1024 * 1024;

/** Removes the oldest logs beyond these limits; those of runs that go on stay. */
export async function pruneRuns(
  runsDir: string,
  limits = { runs: MAX_RUNS, sizeBytes: MAX_RUNS_BYTES },
): Promise<void> {
  let sizeBytes = 0;
  for (const [index, runId] of (await listRunIds(runsDir)).entries()) {
    const path = journalPath(runsDir, runId);
    try {
      sizeBytes += (await stat(path)).size;
      if ((index >= limits.runs || sizeBytes > limits.sizeBytes) && !(await isRunAlive(runsDir, runId))) await rm(path);
    } catch (error) {
      // Somebody else tidies up as well.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
}
