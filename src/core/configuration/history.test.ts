import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { configEntryIdSchema, type ConfigEntry } from '../../shared/model/configuration.ts';
import { createConfigHistory } from './history.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-config-history-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('takes for ours only what was noticed while we wrote', async () => {
  let nowMs = Date.parse('2026-09-20T12:00:00Z');
  let entries = 0;
  const newId = () => configEntryIdSchema.parse(`c-${(entries += 1).toString(16).padStart(16, '0')}`);
  const history = createConfigHistory(dir, () => nowMs, newId);
  const { id } = anInstance();
  const seen = (hash: string, level: string) => ({ source: 'gateway' as const, hash, value: { level } });
  const at = (): string => new Date(nowMs).toISOString();
  await history.notice(id, seen('a', 'info'));
  await history.notice(id, seen('b', 'debug'));
  await history.notice(id, seen('a', 'info'));
  nowMs += 60_000;
  const since = at();
  nowMs += 1000;
  // Somebody looks between our writing and our line about it.
  await history.notice(id, seen('b', 'debug'));
  const entry: ConfigEntry = { id: newId(), at: at(), by: 'hardshell', changes: [], hash: 'b' };
  await history.add(id, entry, seen('b', 'debug'), since);
  expect((await history.list(id)).map(({ by, hash }) => [by, hash])).toEqual([
    ['hardshell', 'b'],
    ['outside', 'a'],
    ['outside', 'b'],
  ]);
});
