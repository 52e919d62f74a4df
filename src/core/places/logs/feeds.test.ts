import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceId } from '../../../shared/model/ids.ts';
import type { LogEntry } from '../../../shared/model/log.ts';
import { describeEvent, describeLook } from './container-feeds.ts';
import { fileFeed, splitNotes } from './file-feed.ts';
import type { FeedQuery } from './log-feed.ts';
import { listForeignRuns, runsFeed } from './runs-feed.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-feeds-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const mine = 'i-0123456789abcdef' as InstanceId;
const asked: FeedQuery = { sources: new Set(['gateway', 'service', 'installer']), lines: 100, follow: false };
const at = '2026-11-21T06:30:12.120Z';

async function writeRun(runId: string, instanceId: string): Promise<string> {
  const base = { runId, at };
  const events = [
    {
      ...base,
      seq: 0,
      type: 'run.started',
      kind: 'deploy',
      instanceId,
      instanceName: 'research',
      place: 'local',
      who: 'anna@laptop',
      installation: 'h-0123456789abcdef',
      steps: [],
    },
    { ...base, seq: 1, type: 'step.started', stepId: 'openclaw' },
    { ...base, seq: 2, type: 'step.spoke', stepId: 'openclaw', stream: 'stdout', line: 'added 1 package' },
    {
      ...base,
      seq: 3,
      type: 'step.failed',
      stepId: 'openclaw',
      error: { code: 'disk.full', message: 'No room.', retry: true },
    },
  ];
  const path = join(dir, `${runId}.jsonl`);
  const process = { pid: 1, startedAt: 'x' };
  await writeFile(
    path,
    [{ journal: 1, runId, process }, ...events].map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  return path;
}

describe('our own runs', () => {
  it('of this instance are told, and those of others are known', async () => {
    await writeRun('r-000000001-00000001', mine);
    await writeRun('r-000000002-00000002', 'i-ffffffffffffffff');
    const told: LogEntry[] = [];
    await runsFeed(dir, mine).read(
      asked,
      (entries) => Promise.resolve(void told.push(...entries)),
      new AbortController().signal,
    );
    expect(told.map(({ level, text }) => [level, text])).toEqual([
      ['info', 'deploy of research began, by anna@laptop.'],
      ['debug', '[openclaw] begins'],
      ['debug', '[openclaw] added 1 package'],
      ['error', '[openclaw] No room.'],
    ]);
    expect([...(await listForeignRuns(dir, mine))]).toEqual(['r-000000002-00000002']);
  });

  it('that begin or go on while they are followed are told too', async () => {
    const path = await writeRun('r-000000001-00000001', mine);
    const told: string[] = [];
    const stop = new AbortController();
    const reading = runsFeed(dir, mine).read(
      { ...asked, follow: true },
      (entries) => Promise.resolve(void told.push(...entries.map(({ text }) => text))),
      stop.signal,
    );
    await expect.poll(() => told.length, { timeout: 20_000 }).toBe(4);
    await appendFile(
      path,
      `${JSON.stringify({ runId: 'r-000000001-00000001', at, seq: 4, type: 'step.spoke', stepId: 'x', stream: 'note', line: 'later' })}\n`,
    );
    await expect.poll(() => told.at(-1), { timeout: 20_000 }).toBe('[x] later');
    await writeRun('r-000000003-00000003', mine);
    await expect.poll(() => told.length, { timeout: 20_000 }).toBe(9);
    stop.abort();
    await reading;
  });
});

describe('a file', () => {
  it('is read where it is, and the notes of the supervisor in it are of the service', async () => {
    const path = join(dir, 'gateway.log');
    const read = async (): Promise<LogEntry[]> => {
      const told: LogEntry[] = [];
      await fileFeed(path, ['gateway', 'service'], splitNotes).read(
        asked,
        (entries) => Promise.resolve(void told.push(...entries)),
        new AbortController().signal,
      );
      return told;
    };
    expect(await read()).toEqual([]);
    await writeFile(path, `${at} [hardshell] it ended with code 1\n${at} [gateway] ready\n`);
    expect(await read()).toMatchObject([
      { source: 'service', text: 'it ended with code 1' },
      { source: 'gateway', text: '[gateway] ready' },
    ]);
  });
});

describe('a container', () => {
  const look = {
    name: 'c',
    restarts: 0,
    isOomKilled: false,
    exitCode: undefined,
    startedAt: at,
    endedAt: '0001-01-01T00:00:00Z',
  };
  it.each([
    [{ state: 'running' }, ['Container c started.']],
    [{ state: 'exited', exitCode: 1, endedAt: at }, ['Container c started.', 'Container c ended with code 1.']],
    [
      { state: 'exited', isOomKilled: true, exitCode: 137, endedAt: at },
      ['Container c started.', 'Container c was ended: it used more memory than it may.'],
    ],
  ])('that is %j', (more, texts) => {
    expect(describeLook({ ...look, ...more } as never).map(({ text }) => text)).toEqual(texts);
  });

  it.each([
    ['die', { exitCode: '1' }, 'Container c ended with code 1.', 'error'],
    ['die', { exitCode: '143' }, 'Container c ended with code 143.', 'info'],
    ['oom', {}, 'A process in container c was ended: it used more memory than it may.', 'error'],
  ])('of which the engine says %s %j', (action, more, text, level) => {
    const event = { type: 'container', action, id: 'x', attributes: { name: 'c', ...more }, at: Date.parse(at) };
    expect(describeEvent(event as never)).toEqual({ at, source: 'service', level, text });
    expect(describeEvent({ ...event, action: 'exec_start: sh' })).toBeUndefined();
  });
});
