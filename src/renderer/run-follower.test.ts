import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAST_LINES, reduceRun } from '../shared/run-reducer.ts';
import { runBegan } from '../../test/run-began.ts';
import type { RunEvent, RunSnapshot } from '../shared/model/run.ts';
import { createRunFollower, type RunFollower, type Runs } from './run-follower.ts';

const { runId, at } = runBegan;

/** A run that speaks: it begins, says its lines, and ends well. */
function tellRun(lines: number): RunEvent[] {
  const bodies = [
    runBegan,
    { type: 'step.started', stepId: 'node' },
    ...Array.from({ length: lines }, (_, number) => ({ type: 'step.spoke', stepId: 'node', line: `line ${number}` })),
    { type: 'step.applied', stepId: 'node', because: 'it is there' },
    { type: 'run.succeeded', stats: { tookMs: 1, roundTrips: 0, changes: 1, slowCalls: 0 } },
  ];
  return bodies.map((body, seq) => ({ ...body, runId, seq, at }) as unknown as RunEvent);
}

const fold = (events: readonly RunEvent[]): RunSnapshot | undefined =>
  events.reduce<RunSnapshot | undefined>((run, event) => {
    const folded = reduceRun(run, event);
    if (folded.is === 'gap') throw new Error('A door tells everything.');
    return folded.snapshot;
  }, undefined);
const silence = (run: RunSnapshot): RunSnapshot => ({
  ...run,
  steps: run.steps.map((step) => ({ ...step, lastLines: [] })),
});

/** A door with one run, and a page at it. Answers are read at one time and arrive at another, as over a socket. */
class Table {
  readonly follower: RunFollower;
  runs: Runs = {};
  readonly #events: readonly RunEvent[];
  #told = 0;
  #list: (() => void) | undefined;
  readonly #asked: { resolve(run: RunSnapshot | null): void; read?: RunSnapshot | null }[] = [];

  constructor(events: readonly RunEvent[]) {
    this.#events = events;
    this.follower = createRunFollower({
      ask: () => new Promise((resolve) => this.#asked.push({ resolve })),
      get: () => this.runs,
      set: (runs) => (this.runs = runs),
    });
  }

  #now(): RunSnapshot | undefined {
    return fold(this.#events.slice(0, this.#told));
  }

  readonly actions = {
    tell: (): void => {
      const event = this.#events[this.#told];
      if (event === undefined) return;
      this.#told += 1;
      this.follower.hear(event);
    },
    /** What happens while there is no connection. */
    miss: (): void => {
      if (this.#told < this.#events.length) this.#told += 1;
    },
    readList: (): void => {
      const run = this.#now();
      if (this.#list !== undefined) return;
      const asked = new Promise<readonly RunSnapshot[]>((resolve) => {
        this.#list = () => resolve(run === undefined ? [] : [silence(run)]);
      });
      void this.follower.takeList(asked);
    },
    answerList: (): void => {
      this.#list?.();
      this.#list = undefined;
    },
    readRun: (): void => {
      const waiting = this.#asked.find(({ read }) => read === undefined);
      if (waiting !== undefined) waiting.read = this.#now() ?? null;
    },
    answerRun: (): void => {
      const [first] = this.#asked;
      if (first?.read !== undefined) this.#asked.shift()?.resolve(first.read);
    },
    open: (): void => void this.follower.fetch(runId),
  };

  async settle(): Promise<void> {
    const { actions } = this;
    while (this.#told < this.#events.length) actions.tell();
    actions.answerList();
    for (let calm = 0; calm < 3; calm = this.#asked.length === 0 ? calm + 1 : 0) {
      actions.readRun();
      actions.answerRun();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

type Action = keyof Table['actions'];
const inOrder: readonly Action[] = ['tell', 'readList', 'answerList', 'readRun', 'answerRun', 'open'];

describe('a run that is followed', () => {
  it('loses no line and doubles none, in whatever order lists, answers and events come', async () => {
    const cases = fc.asyncProperty(
      fc.integer({ min: 1, max: LAST_LINES + 5 }),
      fc.nat({ max: 4 }),
      fc.array(fc.constantFrom(...inOrder), { maxLength: 60 }),
      async (lines, early, actions) => {
        const events = tellRun(lines);
        const table = new Table(events);
        // The page is opened in the middle of it.
        for (let count = 0; count < early; count += 1) table.actions.miss();
        for (const action of actions) {
          table.actions[action]();
          await Promise.resolve();
        }
        // Who has heard the last event only from a list asks when the run is opened.
        if (table.runs[runId]?.status === 'succeeded') table.actions.open();
        await table.settle();
        expect(table.runs[runId]).toEqual(fold(events));
      },
    );
    await fc.assert(cases, { numRuns: 500 });
  });

  it('is whole again after events that were told while there was no connection', async () => {
    const events = tellRun(6);
    const table = new Table(events);
    const { actions } = table;
    for (let count = 0; count < 4; count += 1) actions.tell();
    for (let count = 0; count < events.length; count += 1) actions.miss();
    expect(table.runs[runId]?.status).toBe('running');
    actions.readList();
    await table.settle();
    expect(table.runs[runId]).toEqual(fold(events));
  });

  it('stays where a list was read before it began, and goes where it is no more', async () => {
    const table = new Table(tellRun(1));
    table.actions.readList();
    table.actions.tell();
    table.actions.answerList();
    await Promise.resolve();
    expect(Object.keys(table.runs)).toEqual([runId]);
    for (let count = 0; count < 9; count += 1) table.actions.tell();
    await table.follower.takeList(Promise.resolve([]));
    expect(table.runs).toEqual({});
  });
});
