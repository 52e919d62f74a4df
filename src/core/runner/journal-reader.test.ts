import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../shared/app-error.ts';
import { installationIdSchema, instanceIdSchema, type RunId } from '../../shared/model/ids.ts';
import type { RunEventBody, RunStats } from '../../shared/model/run.ts';
import { createIds } from '../system/ids.ts';
import { createRuns, openJournal, type RunJournal, type Runs } from './journal.ts';
import { pruneRuns } from './journal-rotation.ts';

const ids = createIds();
const stats: RunStats = { roundTrips: 3, changes: 1, slowCalls: 0, durationMs: 10 };
const started: RunEventBody = {
  type: 'run.started',
  kind: 'deploy',
  instanceId: instanceIdSchema.parse('i-0123456789abcdef'),
  instanceName: 'research',
  place: 'ssh://root@203.0.113.7',
  who: 'anna@laptop',
  installation: installationIdSchema.parse('h-0123456789abcdef'),
  steps: [
    { id: 'node', title: 'Install Node.js', stage: 0 },
    { id: 'openclaw', title: 'Install OpenClaw', stage: 1 },
  ],
};
const spoke = (line: string): RunEventBody => ({ type: 'step.spoke', stepId: 'node', stream: 'stdout', line });

let dir = '';
let nowMs = 0;
let problems: AppError[] = [];
let runs: Runs;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'hardshell-runs-')), 'runs');
  nowMs = Date.UTC(2026, 10, 21, 1, 2, 3);
  problems = [];
  runs = createRuns({ dir, clock: () => nowMs, onProblem: (error) => problems.push(error) });
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

async function open(...events: RunEventBody[]): Promise<RunJournal> {
  const journal = await openJournal(runs, ids.run());
  for (const event of events) journal.emit(event);
  return journal;
}

const pathOf = (runId: RunId): string => join(dir, `${runId}.jsonl`);
/** A process that has started a run in `dir` and is in the middle of it. */
async function startElsewhere(): Promise<{ runId: RunId; kill: () => Promise<void> }> {
  const runId = ids.run();
  const script = `import { openJournal } from ${JSON.stringify(new URL('./journal.ts', import.meta.url).href)};
    const runs = { dir: ${JSON.stringify(dir)}, clock: Date.now, onProblem: (error) => { throw error; } };
    const journal = await openJournal(runs, ${JSON.stringify(runId)});
    journal.emit(${JSON.stringify(started)});
    journal.emit({ type: 'step.started', stepId: 'node' });
    console.log('on'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    runId,
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('a run whose process was killed', () => {
  it('is alive until then, and shown as interrupted afterwards', async () => {
    const { runId, kill } = await startElsewhere();
    try {
      expect(await runs.isAlive(runId)).toBe(true);
      expect(await runs.read(runId)).toMatchObject({ status: 'running' });
    } finally {
      await kill();
    }
    expect(await runs.isAlive(runId)).toBe(false);
    const shown = await runs.read(runId);
    expect(shown).toMatchObject({
      status: 'failed',
      error: { code: 'run.interrupted', retry: true },
      steps: [{ status: 'failed' }, { status: 'waiting' }],
    });
    expect(shown?.endedAt).toBeDefined();
    expect(await runs.list()).toEqual([shown]);
  });

  it('in the middle of a line is read up to that line', async () => {
    const { runId, kill } = await startElsewhere();
    await kill();
    const whole = await runs.read(runId);
    await appendFile(pathOf(runId), '{"runId":"r-0mh');
    expect(await runs.read(runId)).toEqual(whole);
    expect(await runs.list()).toEqual([whole]);
  });

  it('before it had written anything is no run', async () => {
    const { runId, kill } = await startElsewhere();
    await kill();
    await truncate(pathOf(runId), 30);
    expect(await runs.read(runId)).toBeUndefined();
    expect(await runs.list()).toEqual([]);
    expect(await runs.isAlive(runId)).toBe(false);
    expect(problems).toEqual([]);
  });

  it('may be cut off at any byte, and is still read', async () => {
    const journal = await open(started, { type: 'step.started', stepId: 'node' }, spoke('grüße'), {
      type: 'run.succeeded',
      stats,
    });
    await journal[Symbol.asyncDispose]();
    const bytes = await readFile(pathOf(journal.runId));
    for (let length = 0; length <= bytes.length; length += 7) {
      await writeFile(pathOf(journal.runId), bytes.subarray(0, length));
      const read = await runs.read(journal.runId);
      expect(['running', 'succeeded', undefined]).toContain(read?.status);
      const listed = await runs.list();
      expect(listed[0]?.status).toBe(read?.status);
    }
  });
});

describe('a log', () => {
  it('that is broken in the middle is read up to there', async () => {
    const journal = await open(started, { type: 'step.started', stepId: 'node' }, spoke('one'), spoke('two'));
    const lines = (await readFile(pathOf(journal.runId), 'utf8')).split('\n');
    await writeFile(pathOf(journal.runId), lines.toSpliced(3, 1).join('\n'));
    expect(await runs.read(journal.runId)).toMatchObject({ seq: 1, status: 'running' });
    await journal[Symbol.asyncDispose]();
  });

  it('of a newer Hardshell is left out, and told', async () => {
    const journal = await open(started);
    const text = await readFile(pathOf(journal.runId), 'utf8');
    await writeFile(pathOf(journal.runId), text.replace('"journal":1', '"journal":2'));
    await expect(runs.read(journal.runId)).rejects.toMatchObject({ code: 'state.newer' });
    expect(await runs.list()).toEqual([]);
    expect(problems).toMatchObject([{ code: 'state.newer' }]);
    await journal[Symbol.asyncDispose]();
  });

  it('that is not there belongs to a run that is taken for alive', async () => {
    expect(await runs.isAlive(ids.run())).toBe(true);
  });

  it('is listed newest first, without output, and other files are not logs', async () => {
    const first = await open(started, spoke('one'), { type: 'run.succeeded', stats });
    await first[Symbol.asyncDispose]();
    const second = await open(started, spoke('two'));
    await writeFile(join(dir, 'notes.jsonl'), '');
    const listed = await runs.list();
    expect(listed.map(({ runId, status }) => [runId, status])).toEqual([
      [second.runId, 'running'],
      [first.runId, 'succeeded'],
    ]);
    expect(listed.flatMap(({ steps }) => steps.flatMap(({ lastLines }) => lastLines))).toEqual([]);
    expect(listed[1]).toEqual({
      ...first.snapshot(),
      steps: first.snapshot().steps.map((step) => ({ ...step, lastLines: [] })),
    });
    await second[Symbol.asyncDispose]();
  });
});

describe('rotation', () => {
  async function ended(line: string): Promise<RunId> {
    await using journal = await open(started, spoke(line), { type: 'run.succeeded', stats });
    return journal.runId;
  }

  it('keeps the newest, by number and by size, and never removes a run that goes on', async () => {
    await using running = await open(started);
    const old = [await ended('a'), await ended('b')];
    const fresh = [await ended('c'), await ended('d')];
    await pruneRuns(dir, { runs: 2, sizeBytes: 1_000_000 });
    const left = (await runs.list()).map(({ runId }) => runId);
    expect(left).toEqual([...fresh.toReversed(), running.runId]);
    expect(left).not.toContain(old[0]);
    const newest = fresh.at(-1);
    if (newest === undefined) throw new Error('no run');
    const { size } = await stat(pathOf(newest));
    await pruneRuns(dir, { runs: 100, sizeBytes: size + 10 });
    expect((await runs.list()).map(({ runId }) => runId)).toEqual([newest, running.runId]);
  });

  it('happens as a run begins', async () => {
    for (let count = 0; count < 205; count += 1) await ended('x');
    expect(await readdir(dir)).toHaveLength(200);
  }, 30_000);
});
