import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { installationIdSchema, instanceIdSchema, type RunId } from '../../shared/model/ids.ts';
import { runEventSchema, type RunEvent, type RunEventBody, type RunStats } from '../../shared/model/run.ts';
import { reduceRun } from '../../shared/run-reducer.ts';
import { Secret } from '../../shared/secret.ts';
import { createIds } from '../system/ids.ts';
import { createRuns, MAX_RUN_BYTES, openJournal, PROGRESS_EVERY_MS, type RunJournal, type Runs } from './journal.ts';
import { MAX_TEXT_BYTES } from './journal-format.ts';

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
const eventsOf = async (runId: RunId): Promise<RunEvent[]> =>
  (await readFile(pathOf(runId), 'utf8')).split('\n').flatMap((line) => {
    if (line === '') return [];
    return runEventSchema.safeParse(JSON.parse(line)).data ?? [];
  });

describe('the journal of a run', () => {
  it('numbers and dates events, tells them in order, and its file folds to what was told', async () => {
    const journal = await openJournal(runs, ids.run());
    const told: RunEvent[] = [];
    const stop = journal.listen((event) => told.push(event));
    journal.emit(started);
    nowMs += 1000;
    journal.emit({
      type: 'step.checked',
      stepId: 'node',
      check: { is: 'needed', because: 'not there', severity: 'safe' },
    });
    journal.emit({ type: 'step.started', stepId: 'node' });
    journal.emit(spoke('added 1 package'));
    stop();
    journal.emit({ type: 'step.applied', stepId: 'node', because: 'it is there' });
    journal.emit({ type: 'run.succeeded', stats });
    const live = journal.snapshot();
    await journal[Symbol.asyncDispose]();

    expect(told.map(({ seq, at, type }) => [seq, at, type])).toEqual([
      [0, '2026-11-21T01:02:03.000Z', 'run.started'],
      [1, '2026-11-21T01:02:04.000Z', 'step.checked'],
      [2, '2026-11-21T01:02:04.000Z', 'step.started'],
      [3, '2026-11-21T01:02:04.000Z', 'step.spoke'],
    ]);
    const written = await eventsOf(journal.runId);
    expect(written.slice(0, 4)).toEqual(told);
    expect(written).toHaveLength(6);
    expect(await runs.read(journal.runId)).toEqual(live);
    expect(live).toMatchObject({ status: 'succeeded', stats, seq: 5 });
    if (process.platform !== 'win32') expect((await stat(pathOf(journal.runId))).mode & 0o777).toBe(0o600);
  });

  it('is readable by others while it is written', async () => {
    await using journal = await open(started, spoke('one'));
    expect(await runs.read(journal.runId)).toEqual(journal.snapshot());
    expect(await runs.list()).toMatchObject([{ runId: journal.runId, status: 'running' }]);
    expect(await runs.isAlive(journal.runId)).toBe(true);
  });

  it('takes nothing after the end', async () => {
    const journal = await open(started, { type: 'run.cancelled', stats }, spoke('late'), {
      type: 'run.succeeded',
      stats,
    });
    await journal[Symbol.asyncDispose]();
    expect((await eventsOf(journal.runId)).map(({ type }) => type)).toEqual(['run.started', 'run.cancelled']);
    expect(await runs.read(journal.runId)).toMatchObject({ status: 'cancelled' });
  });

  it('is not there when nothing was begun', async () => {
    const journal = await open();
    expect(() => journal.snapshot()).toThrow();
    expect(await runs.list()).toEqual([]);
    await journal[Symbol.asyncDispose]();
    expect(await readdir(dir)).toEqual([]);
    expect(await runs.read(journal.runId)).toBeUndefined();
  });

  it('ends a run that nobody has ended', async () => {
    const journal = await open(started);
    nowMs += 500;
    await journal[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
    expect(await runs.read(journal.runId)).toMatchObject({
      status: 'failed',
      error: { code: 'run.interrupted' },
      stats: { durationMs: 500 },
    });
    expect(await runs.isAlive(journal.runId)).toBe(false);
  });

  it('refuses to write a second log for one run', async () => {
    await using journal = await open(started);
    await expect(openJournal(runs, journal.runId)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await runs.read(journal.runId)).toMatchObject({ status: 'running' });
  });

  it('does not let a listener disturb the run', async () => {
    await using journal = await open();
    journal.listen(() => {
      throw new Error('listener');
    });
    journal.emit(started);
    expect(problems).toMatchObject([{ code: 'internal.bug' }]);
    expect(journal.snapshot().seq).toBe(0);
  });

  it('cuts long texts with a mark, at a whole character, in what is told as in what is written', async () => {
    await using journal = await open(started);
    const told: RunEvent[] = [];
    journal.listen((event) => told.push(event));
    journal.emit(spoke('ü😀'.repeat(5000)));
    journal.emit({
      type: 'step.failed',
      stepId: 'node',
      error: { ...new AppError('command.failed', { details: { lastLines: ['x'.repeat(10_000)] } }).toReport() },
    });
    const [line, failed] = await eventsOf(journal.runId).then((events) => events.slice(1));
    expect(told).toEqual([line, failed]);
    if (line?.type !== 'step.spoke' || failed?.type !== 'step.failed') throw new Error('other events');
    expect(Buffer.byteLength(line.line)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
    expect(line.line).toMatch(/^(ü😀)+ü? … \[cut\]$/u);
    expect(JSON.stringify(failed).length).toBeLessThan(MAX_TEXT_BYTES + 1000);
  });

  it('never holds a secret that somebody put into an error', async () => {
    const error = new AppError('command.failed', { details: { token: new Secret('hunter2') } }).toReport();
    const journal = await open(started, { type: 'run.failed', error, stats });
    await journal[Symbol.asyncDispose]();
    expect(await readFile(pathOf(journal.runId), 'utf8')).not.toContain('hunter2');
  });

  it('writes and tells plain JSON, whatever somebody put into an error', async () => {
    await using journal = await open(started);
    const told: RunEvent[] = [];
    journal.listen((event) => told.push(event));
    const details: Record<string, unknown> = {
      big: 7n,
      none: undefined,
      at: new Date(0),
      call: () => 1,
      secret: new Secret('hunter2'),
    };
    details['itself'] = details;
    journal.emit({ type: 'step.failed', stepId: 'node', error: { code: 'x', message: 'y', retry: false, details } });
    expect(told).toEqual((await eventsOf(journal.runId)).slice(1));
    expect(told).toMatchObject([
      { error: { details: { big: '7', at: '1970-01-01T00:00:00.000Z', secret: '[redacted]' } } },
    ]);
  });

  it('tells progress at most so often, and always its end', async () => {
    await using journal = await open(started);
    const progress = (done: number): void =>
      journal.emit({ type: 'step.progressed', stepId: 'node', done, total: 100, unit: 'items' });
    for (let done = 0; done <= 100; done += 1) progress(done);
    nowMs += PROGRESS_EVERY_MS;
    progress(50);
    const told = (await eventsOf(journal.runId)).flatMap((event) =>
      event.type === 'step.progressed' ? [event.done] : [],
    );
    expect(told).toEqual([0, 100, 50]);
  });

  it('stops recording output of a run that never stops speaking, says so once, and still records its end', async () => {
    const journal = await open(started);
    const line = spoke('x'.repeat(4000));
    for (let sizeBytes = 0; sizeBytes < MAX_RUN_BYTES + 1_000_000; sizeBytes += 4000) journal.emit(line);
    journal.emit({ type: 'step.applied', stepId: 'node', because: 'there' });
    journal.emit({ type: 'run.succeeded', stats });
    await journal[Symbol.asyncDispose]();
    expect((await stat(pathOf(journal.runId))).size).toBeLessThan(MAX_RUN_BYTES + 100_000);
    const run = await runs.read(journal.runId);
    expect(run).toMatchObject({ status: 'succeeded', steps: [{ status: 'applied' }, {}] });
    expect(run?.steps[0]?.lastLines.at(-1)).toMatch(/log is full/);
    expect(run?.steps[0]?.lastLines.at(-2)).toMatch(/^x/);
  });

  it.runIf(process.platform === 'linux')(
    'goes on when its file can not be written any more, and says so once',
    async () => {
      const runId = ids.run();
      const script = `import { openJournal } from ${JSON.stringify(new URL('./journal.ts', import.meta.url).href)};
      const told = []; const problems = [];
      const journal = await openJournal({ dir: ${JSON.stringify(dir)}, clock: Date.now, onProblem: (error) => problems.push(error.code) }, ${JSON.stringify(runId)});
      journal.listen((event) => told.push(event.type));
      journal.emit(${JSON.stringify(started)});
      for (let i = 0; i < 100; i++) journal.emit(${JSON.stringify(spoke('y'.repeat(1000)))});
      journal.emit({ type: 'run.succeeded', stats: ${JSON.stringify(stats)} });
      await journal[Symbol.asyncDispose]();
      console.log(JSON.stringify({ problems, told: told.length, last: told.at(-1) }));`;
      // 16 blocks of 1 KiB are all that a file of this process may hold.
      const child = spawn(
        'bash',
        ['-c', 'trap "" XFSZ; ulimit -f 16; exec "$0" --input-type=module -e "$1"', process.execPath, script],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const ended = once(child, 'exit');
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      await ended;
      expect(JSON.parse(said.toString())).toMatchObject({
        problems: [expect.any(String)],
        told: 102,
        last: 'run.succeeded',
      });
      expect(await runs.read(runId)).toMatchObject({ status: 'failed', error: { code: 'run.interrupted' } });
    },
  );
});

it('replaying a log is what was seen live, event by event', async () => {
  await using journal = await open();
  let live = undefined as ReturnType<RunJournal['snapshot']> | undefined;
  journal.listen((event) => {
    const folded = reduceRun(live, event);
    if (folded.is === 'gap') throw new Error('gap');
    live = folded.snapshot;
  });
  for (const event of [started, spoke('a'), { type: 'step.started', stepId: 'openclaw' } as const, spoke('b')]) {
    journal.emit(event);
    expect(live).toEqual(journal.snapshot());
    expect(await runs.read(journal.runId)).toEqual(live);
  }
});
