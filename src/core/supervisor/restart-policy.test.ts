import { describe, expect, it } from 'vitest';
import {
  CRASH_LIMIT,
  defaultRestartPolicy,
  HEALTHY_AFTER_MS,
  noHistory,
  planNextMove,
  type CrashHistory,
  type NextMove,
} from './restart-policy.ts';

const crash = (history: CrashHistory, code: number, ranMs = 100): NextMove =>
  planNextMove(defaultRestartPolicy, history, { code, signal: null }, ranMs);

describe('planNextMove', () => {
  it('doubles the pause from one second to one minute, then gives up with the last reason', () => {
    const pauses: number[] = [];
    let history = noHistory;
    for (;;) {
      const move = crash(history, 1);
      history = move.history;
      if (move.is !== 'restart') {
        expect(move).toMatchObject({
          is: 'give-up',
          because: 'it ended 10 times in a row, the last time: it ended with exit code 1',
        });
        break;
      }
      pauses.push(move.afterMs);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(pauses).toHaveLength(CRASH_LIMIT - 1);
  });

  it('forgets what happened before a healthy stretch', () => {
    const tired = { crashes: CRASH_LIMIT - 1, repaired: true };
    expect(crash(tired, 1, HEALTHY_AFTER_MS)).toMatchObject({
      is: 'restart',
      afterMs: 1_000,
      history: { crashes: 1, repaired: false },
    });
    expect(crash(tired, 78, HEALTHY_AFTER_MS)).toMatchObject({ is: 'repair' });
    expect(crash(tired, 1, HEALTHY_AFTER_MS - 1)).toMatchObject({ is: 'give-up' });
  });

  it('has the configuration repaired once, and gives up the second time', () => {
    const first = crash(noHistory, 78);
    expect(first).toMatchObject({ is: 'repair', history: { repaired: true } });
    expect(crash(first.history, 78)).toMatchObject({
      is: 'give-up',
      because: expect.stringContaining('exit code 78') as string,
    });
    expect(crash(first.history, 1)).toMatchObject({ is: 'restart' });
  });

  it.each([
    [{ code: 0, signal: null }, 'it ended with exit code 0'],
    [{ code: null, signal: 'SIGKILL' }, 'it was ended by SIGKILL'],
    ['unknown' as const, 'it ended while nobody was watching how'],
    [{ failure: 'no such file' }, 'it could not be started: no such file'],
  ])('starts again after %j', (end, because) => {
    expect(planNextMove(defaultRestartPolicy, noHistory, end, 10)).toMatchObject({ is: 'restart', because });
  });
});
