import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { installationIdSchema, instanceIdSchema, runIdSchema } from './model/ids.ts';
import { runEventSchema, type RunEvent, type RunEventBody, type RunSnapshot } from './model/run.ts';
import { LAST_LINES, reduceRun } from './run-reducer.ts';

const stats = { roundTrips: 4, changes: 2, slowCalls: 1, durationMs: 1234 };
const error = { code: 'command.failed', message: 'A command ended with an error.', retry: true };
const stepIds = ['node', 'openclaw', 'gateway'];

const started: RunEventBody = {
  type: 'run.started',
  kind: 'deploy',
  instanceId: instanceIdSchema.parse('i-0123456789abcdef'),
  instanceName: 'research',
  place: 'local',
  who: 'anna@laptop',
  installation: installationIdSchema.parse('h-0123456789abcdef'),
  steps: stepIds.map((id, stage) => ({ id, title: `Do ${id}`, stage })),
};

const stepId = fc.constantFrom(...stepIds);
const ofStep: fc.Arbitrary<RunEventBody> = fc.oneof(
  fc.record({
    type: fc.constant('step.checked' as const),
    stepId,
    check: fc.record({ is: fc.constant('satisfied' as const), because: fc.string() }),
  }),
  fc.record({
    type: fc.constant('step.checked' as const),
    stepId,
    check: fc.record({
      is: fc.constant('needed' as const),
      because: fc.string(),
      severity: fc.constantFrom('safe' as const, 'restart' as const),
    }),
  }),
  fc.record({ type: fc.constant('step.started' as const), stepId }),
  fc.record({
    type: fc.constant('step.spoke' as const),
    stepId,
    stream: fc.constantFrom('stdout' as const, 'note' as const),
    line: fc.string(),
  }),
  fc.record({
    type: fc.constant('step.progressed' as const),
    stepId,
    done: fc.nat(),
    unit: fc.constant('bytes' as const),
  }),
  fc.record({ type: fc.constant('step.applied' as const), stepId, because: fc.string() }),
  fc.record({ type: fc.constant('step.failed' as const), stepId, error: fc.constant(error) }),
);
const ending: fc.Arbitrary<RunEventBody> = fc.constantFrom(
  { type: 'run.succeeded' as const, stats },
  { type: 'run.failed' as const, error, stats },
  { type: 'run.cancelled' as const, stats },
);
const run: fc.Arbitrary<RunEvent[]> = fc
  .tuple(fc.array(ofStep, { maxLength: 60 }), ending)
  .map(([middle, last]) => number([started, ...middle, last]));

function number(bodies: readonly RunEventBody[]): RunEvent[] {
  return bodies.map((body, seq) =>
    runEventSchema.parse({
      ...body,
      runId: runIdSchema.parse('r-0mhabcdef-01234567'),
      seq,
      at: new Date(Date.UTC(2026, 10, 21) + seq * 1000).toISOString(),
    }),
  );
}

function fold(events: readonly RunEvent[], from?: RunSnapshot): RunSnapshot {
  let snapshot = from;
  for (const event of events) {
    const folded = reduceRun(snapshot, event);
    if (folded.is === 'gap') throw new Error(`gap: ${String(folded.expected)}, ${String(folded.got)}`);
    snapshot = folded.snapshot;
  }
  if (snapshot === undefined) throw new Error('no events');
  return snapshot;
}

const at = (seq: number): string => new Date(Date.UTC(2026, 10, 21) + seq * 1000).toISOString();

describe('the state of a run', () => {
  it('is told by its events', () => {
    const snapshot = fold(
      number([
        started,
        { type: 'step.checked', stepId: 'node', check: { is: 'satisfied', because: '24.21.0 is there' } },
        { type: 'step.checked', stepId: 'openclaw', check: { is: 'needed', because: 'not there', severity: 'safe' } },
        { type: 'step.started', stepId: 'openclaw' },
        { type: 'step.progressed', stepId: 'openclaw', done: 1, total: 2, unit: 'items' },
        { type: 'step.spoke', stepId: 'openclaw', stream: 'stderr', line: 'npm warn' },
        { type: 'step.applied', stepId: 'openclaw', because: '2026.9.5 is there' },
        { type: 'step.checked', stepId: 'gateway', check: { is: 'needed', because: 'not there', severity: 'restart' } },
        { type: 'step.started', stepId: 'gateway' },
        { type: 'step.failed', stepId: 'gateway', error },
        { type: 'run.failed', error, stats },
      ]),
    );
    expect(snapshot).toEqual({
      runId: 'r-0mhabcdef-01234567',
      seq: 10,
      status: 'failed',
      kind: 'deploy',
      instanceId: 'i-0123456789abcdef',
      instanceName: 'research',
      place: 'local',
      who: 'anna@laptop',
      startedAt: at(0),
      endedAt: at(10),
      error,
      stats,
      steps: [
        {
          id: 'node',
          title: 'Do node',
          stage: 0,
          status: 'satisfied',
          because: '24.21.0 is there',
          endedAt: at(1),
          lastLines: [],
        },
        {
          id: 'openclaw',
          title: 'Do openclaw',
          stage: 1,
          status: 'applied',
          because: '2026.9.5 is there',
          startedAt: at(3),
          endedAt: at(6),
          progress: { done: 1, total: 2, unit: 'items' },
          lastLines: ['npm warn'],
        },
        {
          id: 'gateway',
          title: 'Do gateway',
          stage: 2,
          status: 'failed',
          because: 'not there',
          startedAt: at(8),
          endedAt: at(9),
          error,
          lastLines: [],
        },
      ],
    });
  });

  it.each([
    ['run.succeeded', 'succeeded'],
    ['run.cancelled', 'cancelled'],
  ] as const)('after %s is %s', (type, status) => {
    expect(fold(number([started, { type, stats }]))).toMatchObject({ status, stats, endedAt: at(1) });
  });

  it('is there after any number of its events, and changes none that was there before', () => {
    fc.assert(
      fc.property(run, (events) => {
        const snapshots: string[] = [];
        let snapshot: RunSnapshot | undefined;
        for (const event of events) {
          const before = JSON.stringify(snapshot);
          const next = fold([event], snapshot);
          expect(JSON.stringify(snapshot)).toBe(before);
          expect(next.seq).toBe(event.seq);
          expect(next.status === 'running').toBe(event.seq < events.length - 1);
          expect(next.steps.map(({ id }) => id)).toEqual(stepIds);
          snapshot = next;
          snapshots.push(JSON.stringify(next));
        }
        expect(snapshots).toHaveLength(events.length);
      }),
    );
  });

  it('does not depend on where a listener came in', () => {
    fc.assert(
      fc.property(run, fc.nat(), (events, cut) => {
        const middle = 1 + (cut % (events.length - 1));
        const stored = JSON.parse(JSON.stringify(fold(events.slice(0, middle)))) as RunSnapshot;
        expect(fold(events.slice(middle), stored)).toEqual(fold(events));
        // Events that are folded in already may come again.
        expect(fold(events, stored)).toEqual(fold(events));
      }),
    );
  });

  it('is not guessed when an event was missed', () => {
    fc.assert(
      fc.property(run, fc.nat(), (events, cut) => {
        const known = cut % (events.length - 1);
        const snapshot = known === 0 ? undefined : fold(events.slice(0, known));
        const later = events.slice(known + 1);
        for (const event of later)
          expect(reduceRun(snapshot, event)).toEqual({ is: 'gap', expected: known, got: event.seq });
      }),
    );
  });

  it('keeps the newest lines of a step', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 60 }), (lines) => {
        const spoken = lines.map((line): RunEventBody => ({
          type: 'step.spoke',
          stepId: 'node',
          stream: 'stdout',
          line,
        }));
        expect(fold(number([started, ...spoken])).steps[0]?.lastLines).toEqual(lines.slice(-LAST_LINES));
      }),
    );
  });

  it('does not begin in the middle', () => {
    const [, second] = number([started, { type: 'run.cancelled', stats }]);
    if (second === undefined) throw new Error('no event');
    expect(() => reduceRun(undefined, { ...second, seq: 0 })).toThrow(/run\.started/);
  });

  it('keeps a step that was applied so when it is checked again', () => {
    const snapshot = fold(
      number([
        started,
        { type: 'step.started', stepId: 'node' },
        { type: 'step.applied', stepId: 'node', because: 'there' },
        { type: 'step.checked', stepId: 'node', check: { is: 'satisfied', because: 'still there' } },
      ]),
    );
    expect(snapshot.steps[0]).toMatchObject({ status: 'applied', because: 'still there' });
  });
});
