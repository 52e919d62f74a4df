import { describe, expect, it } from 'vitest';
import { runBegan } from '../../test/run-began.ts';
import type { RunSnapshot } from '../shared/model/run.ts';
import { reduceRun } from '../shared/run-reducer.ts';
import { sortRuns } from './run-fold.ts';
import { formatRunReport, readOutcome } from './text/run-text.ts';
import { formatProgress, formatSpan, formatTook, formatWhen } from './text/time-text.ts';

const began = runBegan;
const { runId, at } = runBegan;

function begin(): RunSnapshot {
  const folded = reduceRun(undefined, began);
  if (folded.is === 'gap') throw new Error('A run begins without a gap.');
  return folded.snapshot;
}

describe('runs in the store', () => {
  it('come newest first', () => {
    const run = begin();
    const older = { ...run, runId: 'r-1', startedAt: '2025-01-01T10:00:00.000Z' };
    expect(sortRuns({ 'r-1': older, [runId]: run })).toEqual([run, older]);
  });
});

describe('a run in words', () => {
  it('was interrupted, which is not a failure of its own', () => {
    const failed = { ...begin(), status: 'failed' as const };
    const error = { message: 'The run was interrupted.', retry: true };
    expect(readOutcome({ ...failed, error: { ...error, code: 'run.interrupted' } })).toBe('interrupted');
    expect(readOutcome({ ...failed, error: { ...error, code: 'disk.full' } })).toBe('failed');
  });

  it('is a report that says all that the page shows', () => {
    const run = begin();
    const error = {
      code: 'disk.full',
      message: 'The disk is full.',
      hint: 'Free some space.',
      retry: true,
      details: { stderr: 'no space\nleft' },
    };
    const report = formatRunReport(
      {
        ...run,
        status: 'failed',
        endedAt: '2026-01-01T10:01:05.000Z',
        error,
        steps: run.steps.map((step) => ({
          ...step,
          status: 'failed' as const,
          lastLines: ['tar: write error'],
          error,
        })),
      },
      '0.1.0',
      0,
    );
    expect(report).toBe(`Hardshell run report (Hardshell 0.1.0)
run: r-000000000-00000000, Deploy
instance: home (i-0000000000000000)
place: local
who: anna@laptop
started: 2026-01-01T10:00:00.000Z
took: 1 min 05 s
result: Failed

error: The disk is full.
hint: Free some space.
code: disk.full
stderr:
  no space
  left

[Failed] Install Node.js
    tar: write error
`);
  });

  it('tells times and measures', () => {
    expect([formatTook(-3), formatTook(400), formatTook(12_300), formatTook(185_000), formatTook(7_800_000)]).toEqual([
      '0.0 s',
      '0.4 s',
      '12 s',
      '3 min 05 s',
      '2 h 10 min',
    ]);
    expect(formatTook(3_599_900)).toBe('60 min 00 s');
    expect(formatSpan(at, undefined, Date.parse(at) + 20_000)).toBe('20 s');
    expect(formatProgress({ done: 1024 ** 2, total: 3 * 1024 ** 2, unit: 'bytes' })).toBe('1.0 of 3.0 MB');
    expect(formatProgress({ done: 4, unit: 'items' })).toBe('4');
    const now = new Date(2026, 4, 3, 12);
    expect(formatWhen(new Date(2026, 4, 3, 9, 5).toISOString(), now)).toBe('Today 09:05');
    expect(formatWhen(new Date(2024, 4, 3, 9, 5).toISOString(), now)).toBe('3 May 2024');
  });
});
