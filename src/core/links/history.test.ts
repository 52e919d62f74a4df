import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MetricSample } from '../api-link.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { createHistory } from './history.ts';

const MINUTE_MS = 60_000;
const id = instanceIdSchema.parse('i-0123456789abcdef');
const start = Date.parse('2026-09-20T12:00:00Z');

const sample = (at: number): MetricSample => ({
  at,
  cpu: 0.5,
  memoryUsedBytes: 1,
  memoryTotalBytes: 2,
  diskUsedBytes: 3,
  diskTotalBytes: 4,
});

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-history-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('keeps one sample a minute, whichever door adds it', async () => {
  let now = start;
  const one = createHistory(dir, id, () => now);
  expect(await one.read()).toEqual([]);
  for (; now < start + 3 * MINUTE_MS; now += 5000) await one.add(sample(now));
  await createHistory(dir, id, () => now).add(sample(start + 1000));
  await appendFile(join(dir, `${id}.jsonl`), '{"at":12');
  expect((await one.read()).map(({ at }) => at - start)).toEqual([0, MINUTE_MS, 2 * MINUTE_MS]);
});

it('forgets what is older than a day, and its file stays small', async () => {
  let now = start;
  const history = createHistory(dir, id, () => now);
  for (let minute = 0; minute < 3000; minute += 1, now += MINUTE_MS) await history.add(sample(now));
  const kept = await history.read();
  expect(kept.length).toBeGreaterThanOrEqual(1440);
  expect(kept.length).toBeLessThanOrEqual(1441);
  expect((await readFile(join(dir, `${id}.jsonl`), 'utf8')).split('\n').length).toBeLessThan(2000);
  await history.remove();
  expect(await history.read()).toEqual([]);
});
