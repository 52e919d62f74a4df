import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toAppError, type AppError } from '../../shared/app-error.ts';
import { runIdSchema, type RunId } from '../../shared/model/ids.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import { hasCode } from '../system/atomic-file.ts';
import { onFile } from '../system/file-error.ts';
import { isProcessAlive } from '../system/process-identity.ts';
import { foldLog, interrupt, parseFooter, parseHeader } from './journal-format.ts';

const ENDING = '.jsonl';
/** A header is a line of about 150 bytes. */
const HEAD_BYTES = 4 * 1024;
/** A footer holds no output; one that does not fit in here is folded again instead. */
const TAIL_BYTES = 256 * 1024;

export function journalPath(runsDir: string, runId: RunId): string {
  return join(runsDir, `${runId}${ENDING}`);
}

/** Ids of all runs that have a log, the newest first. */
export async function listRunIds(runsDir: string): Promise<RunId[]> {
  let names: string[];
  try {
    names = await readdir(runsDir);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(ENDING))
    .flatMap((name) => runIdSchema.safeParse(name.slice(0, -ENDING.length)).data ?? [])
    .sort()
    .reverse();
}

/**
 * A run as its log tells it, with the last lines of every step. One that nobody carries on is shown as failed with
 * `run.interrupted`. Undefined: there is no log, or nothing was begun.
 * @throws AppError `state.newer`, `state.denied`
 */
export async function readRun(runsDir: string, runId: RunId): Promise<RunSnapshot | undefined> {
  const path = journalPath(runsDir, runId);
  return onFile(path, async () => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    const header = parseHeader(text.slice(0, text.indexOf('\n') + 1));
    const { snapshot, lastAt } = foldLog(text);
    if (snapshot?.status !== 'running') return snapshot;
    if (header !== undefined && (await isProcessAlive(header.process))) return snapshot;
    return interrupt(snapshot, lastAt);
  });
}

/**
 * All runs, the newest first, without the lines that their steps spoke (`readRun` has them). Of one that ended in good order
 * only the end is read. A log that cannot be read is left out and told to `onProblem`.
 */
export async function listRuns(runsDir: string, onProblem: (error: AppError) => void): Promise<RunSnapshot[]> {
  const runs: RunSnapshot[] = [];
  for (const runId of await onFile(runsDir, () => listRunIds(runsDir))) {
    try {
      const { footer } = await readEnds(runsDir, runId);
      const run = footer ?? (await readRun(runsDir, runId));
      if (run !== undefined) runs.push({ ...run, steps: run.steps.map((step) => ({ ...step, lastLines: [] })) });
    } catch (error) {
      onProblem(toAppError(error));
    }
  }
  return runs;
}

/**
 * Whether a run still goes on: it has not ended, and the process that runs it lives. A run without a log is taken for alive,
 * because its process cannot be asked for: a lease that it holds ends by itself.
 */
export async function isRunAlive(runsDir: string, runId: RunId): Promise<boolean> {
  try {
    const { header, footer } = await readEnds(runsDir, runId);
    return footer === undefined && header !== undefined && (await isProcessAlive(header.process));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    throw error;
  }
}

async function readEnds(
  runsDir: string,
  runId: RunId,
): Promise<{ header: ReturnType<typeof parseHeader>; footer: RunSnapshot | undefined }> {
  const file = await open(journalPath(runsDir, runId), 'r');
  try {
    const { size } = await file.stat();
    const read = async (from: number, length: number): Promise<string> => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, from);
      return buffer.toString('utf8', 0, bytesRead);
    };
    const head = await read(0, Math.min(size, HEAD_BYTES));
    const tail = await read(Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
    return { header: parseHeader(head.slice(0, head.indexOf('\n') + 1)), footer: parseFooter(tail) };
  } finally {
    await file.close();
  }
}
