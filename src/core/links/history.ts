import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { metricSampleSchema } from '../../shared/contract/instance.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { MetricSample } from '../api-link.ts';
import { hasCode, makePrivateDir, PRIVATE_FILE, writeFileAtomic } from '../system/atomic-file.ts';

const MINUTE_MS = 60_000;
const KEPT_MS = 24 * 60 * MINUTE_MS;
/** A file with so many lines is written anew with those that count: twice as many as a day has minutes. */
const MAX_LINES = 2 * (KEPT_MS / MINUTE_MS);

/** What a machine was like in the last day: one sample a minute, in a file that any number of doors may add to. */
export interface History {
  /** Keeps it where none was kept in the last minute. */
  add(sample: MetricSample): Promise<void>;
  /** Oldest first. */
  read(): Promise<readonly MetricSample[]>;
  remove(): Promise<void>;
}

export function createHistory(dir: string, id: InstanceId, now: () => number): History {
  const path = join(dir, `${id}.jsonl`);
  let keptAt = 0;
  /** In the file, as far as this door knows. */
  let lineCount: number | undefined;

  const readLines = async (): Promise<string[]> => {
    try {
      return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  };

  return {
    async add(sample) {
      if (sample.at - keptAt < MINUTE_MS) return;
      keptAt = sample.at;
      await makePrivateDir(dir);
      lineCount ??= (await readLines()).length;
      if (lineCount >= MAX_LINES) {
        const kept = parseHistory(await readLines(), now());
        await writeFileAtomic(path, kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
        lineCount = kept.length;
      }
      lineCount += 1;
      await appendFile(path, `${JSON.stringify(sample)}\n`, { mode: PRIVATE_FILE });
    },
    read: async () => parseHistory(await readLines(), now()),
    remove: () => rm(path, { force: true }),
  };
}

/** The samples of the last day, one a minute, oldest first. A line that was cut short is left out. Pure. */
export function parseHistory(lines: readonly string[], nowMs: number): MetricSample[] {
  const byMinute = new Map<number, MetricSample>();
  for (const line of lines) {
    const sample = parseLine(line);
    if (sample === undefined || nowMs - sample.at > KEPT_MS || sample.at > nowMs) continue;
    const minute = Math.floor(sample.at / MINUTE_MS);
    if (!byMinute.has(minute)) byMinute.set(minute, sample);
  }
  return [...byMinute.values()].sort((a, b) => a.at - b.at);
}

function parseLine(line: string): MetricSample | undefined {
  try {
    return metricSampleSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
