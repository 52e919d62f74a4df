import { describe, expect, it } from 'vitest';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { createRowReader, fitsFilter } from './run-rows.ts';

const run = (runId: string, more: Partial<RunSnapshot> = {}): RunSnapshot => ({
  runId,
  seq: 0,
  status: 'running',
  kind: 'deploy',
  instanceId: 'i-1',
  instanceName: 'Home',
  place: 'local',
  who: 'anna@laptop',
  startedAt: '2026-11-21T10:00:00.000Z',
  steps: [],
  ...more,
});

describe('the rows of all runs', () => {
  it('are the same ones while a run only speaks', () => {
    const read = createRowReader();
    const [old, going] = [run('old', { status: 'succeeded' }), run('going', { startedAt: '2026-11-21T11:00:00.000Z' })];
    const rows = read({ old, going });
    expect(rows.map(({ runId }) => runId)).toEqual(['going', 'old']);
    const steps = [{ id: 's', title: 'S', stage: 0, status: 'running' as const, lastLines: ['one more'] }];
    expect(read({ old, going: { ...going, seq: 1, steps } })).toBe(rows);
  });

  it('are others when one says something else, and only that one', () => {
    const read = createRowReader();
    const [old, going] = [run('old'), run('going')];
    const rows = read({ old, going });
    const next = read({ old, going: { ...going, status: 'failed', endedAt: '2026-11-21T10:01:00.000Z' } });
    expect(next).not.toBe(rows);
    expect(next.find(({ runId }) => runId === 'going')).toMatchObject({ outcome: 'failed' });
    expect(next.find(({ runId }) => runId === 'old')).toBe(rows.find(({ runId }) => runId === 'old'));
    expect(read({ old })).toHaveLength(1);
  });

  it('are filtered by name, place and how they ended', () => {
    const [row] = createRowReader()({ a: run('a', { place: 'anna@a.example.org' }) });
    if (row === undefined) throw new Error('There is no row.');
    expect(fitsFilter(row, 'home', 'all')).toBe(true);
    expect(fitsFilter(row, 'example', 'running')).toBe(true);
    expect(fitsFilter(row, 'example', 'failed')).toBe(false);
    expect(fitsFilter(row, 'elsewhere', 'all')).toBe(false);
  });
});
