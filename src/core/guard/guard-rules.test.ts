import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Guard, GuardRule } from '../../shared/model/guard.ts';
import type { UsageReading } from '../links/usage-reading.ts';
import { blankMemory, judgeReading, MAX_PAUSE_MS } from './guard-rules.ts';

const START = Date.parse('2026-09-20T12:00:00.000Z');

/** The limits that each reading is beyond. */
function judge(guard: Guard, readings: readonly UsageReading[]): (readonly GuardRule[])[] {
  let memory = blankMemory;
  return readings.map((reading) => {
    const verdict = judgeReading(memory, reading, guard);
    ({ memory } = verdict);
    return verdict.broken;
  });
}

const at = (seconds: number, more: Omit<UsageReading, 'at'>): UsageReading => ({ at: START + seconds * 1000, ...more });
const lasting: Guard = { cpu: { abovePercent: 90, forSeconds: 10 } };

describe('a limit for a time without a pause', () => {
  it('is broken when the time is over, and not before', () => {
    const readings = [0, 5, 9.9, 10, 15].map((seconds) => at(seconds, { cpu: 0.95 }));
    expect(judge(lasting, readings)).toEqual([[], [], [], ['cpu'], ['cpu']]);
  });

  it('begins anew after one reading below it, and at the limit is not above it', () => {
    const shares = [0.95, 0.95, 0.9, 0.95, 0.95, 0.95];
    const readings = shares.map((cpu, index) => at(index * 5, { cpu }));
    expect(judge(lasting, readings)).toEqual([[], [], [], [], [], ['cpu']]);
  });

  it('says nothing of a time that nobody has looked at', () => {
    const gone = MAX_PAUSE_MS / 1000 + 1;
    expect(judge(lasting, [at(0, { cpu: 1 }), at(gone, { cpu: 1 }), at(gone + 10, { cpu: 1 })])).toEqual([
      [],
      [],
      ['cpu'],
    ]);
  });

  it('says nothing when the clock is set back', () => {
    expect(judge(lasting, [at(100, { cpu: 1 }), at(0, { cpu: 1 }), at(9, { cpu: 1 })])).toEqual([[], [], []]);
  });

  it('is not ended by a reading that does not know', () => {
    expect(judge(lasting, [at(0, { cpu: 1 }), at(5, {}), at(10, { cpu: 1 })])).toEqual([[], [], ['cpu']]);
  });

  it('is ended by not knowing for long: what stood still meanwhile has not gone on above it', () => {
    const standstill = Array.from({ length: 120 }, (_, index) => at(5 + index * 5, { restarts: 0 }));
    const verdicts = judge(lasting, [at(0, { cpu: 1 }), ...standstill, at(605, { cpu: 1 }), at(615, { cpu: 1 })]);
    expect(verdicts.slice(0, -1).flat()).toEqual([]);
    expect(verdicts.at(-1)).toEqual(['cpu']);
  });

  it('is known no longer by what is known of another one', () => {
    const guard: Guard = { ...lasting, memory: { abovePercent: 90, forSeconds: 3600 } };
    const readings = Array.from({ length: 120 }, (_, index) => at(5 + index * 5, { memory: 1 }));
    expect(judge(guard, [at(0, { cpu: 1 }), ...readings, at(605, { cpu: 1 })]).flat()).toEqual([]);
  });

  it('is broken exactly where every reading of that long was above it', () => {
    const step = fc.record({
      pause: fc.integer({ min: 1, max: 20 }),
      memory: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 10, max: 90 }),
        (steps, abovePercent, forSeconds) => {
          let seconds = 0;
          const readings = steps.map(({ pause, memory }) => at((seconds += pause), { memory }));
          const guard: Guard = { memory: { abovePercent, forSeconds } };
          const verdicts = judge(guard, readings);
          for (const [index, verdict] of verdicts.entries()) {
            const below = readings.slice(0, index + 1).findLastIndex(({ memory = 0 }) => memory * 100 <= abovePercent);
            const first = readings[below + 1];
            const isBroken =
              below < index && first !== undefined && (readings[index]?.at ?? 0) - first.at >= forSeconds * 1000;
            expect(verdict).toEqual(isBroken ? ['memory'] : []);
          }
        },
      ),
    );
  });
});

describe('a limit of a count within a time', () => {
  const guard: Guard = { restarts: { above: 2, withinSeconds: 60 } };

  it('counts what came while it was watched', () => {
    const counts = [7, 8, 9, 10];
    const readings = counts.map((restarts, index) => at(index * 5, { restarts }));
    expect(judge(guard, readings)).toEqual([[], [], [], ['restarts']]);
  });

  it('forgets what is longer ago', () => {
    const readings = [0, 1, 2, 3, 4].map((restarts) => at(restarts * 30, { restarts }));
    expect(judge(guard, readings).flat()).toEqual([]);
  });

  it('goes on when the count begins anew', () => {
    const counts = [9, 10, 0, 1, 2];
    const readings = counts.map((restarts, index) => at(index, { restarts }));
    expect(judge(guard, readings)).toEqual([[], [], [], [], ['restarts']]);
  });

  it('is broken exactly where more came within the time', () => {
    const step = fc.record({ pause: fc.integer({ min: 1, max: 40 }), by: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (steps, above) => {
        let [seconds, count] = [0, 100];
        const readings = [
          at(0, { requests: count }),
          ...steps.map(({ pause, by }) => at((seconds += pause), { requests: (count += by) })),
        ];
        const verdicts = judge({ requests: { above, withinSeconds: 60 } }, readings);
        for (const [index, verdict] of verdicts.entries()) {
          const now = readings[index]?.at ?? 0;
          const came = steps
            .slice(0, index)
            .reduce((sum, { by }, nth) => ((readings[nth + 1]?.at ?? 0) > now - 60_000 ? sum + by : sum), 0);
          expect(verdict).toEqual(came > above ? ['requests'] : []);
        }
      }),
    );
  });
});

it('disk is beyond its limit as soon as it is seen', () => {
  const guard: Guard = { disk: { aboveBytes: 1000 } };
  expect(judge(guard, [at(0, { diskBytes: 1000 }), at(5, { diskBytes: 1001 }), at(10, {})])).toEqual([
    [],
    ['disk'],
    [],
  ]);
});

it('what has no limit breaks none, and several limits break side by side', () => {
  const readings = [0, 5, 10].map((seconds) =>
    at(seconds, { cpu: 1, memory: 1, restarts: seconds, diskBytes: 2 ** 40 }),
  );
  expect(judge({}, readings).flat()).toEqual([]);
  const guard: Guard = { ...lasting, restarts: { above: 1, withinSeconds: 3600 }, disk: { aboveBytes: 2 ** 20 } };
  expect(judge(guard, readings).at(-1)).toEqual(['cpu', 'restarts', 'disk']);
});
