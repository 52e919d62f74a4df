import { describe, expect, it } from 'vitest';
import { buildLimits, checkLimits, emptyLimits, readLimits } from './limits-draft.ts';

describe('what an instance may take', () => {
  it('is the usual where nothing was typed', () => {
    expect(checkLimits(emptyLimits)).toEqual({});
    expect(buildLimits(emptyLimits)).toEqual({ memoryBytes: 2 * 1024 ** 3, cpus: 2 });
  });

  it('takes fractions, with a point or a comma', () => {
    expect(buildLimits({ memory: '1,5', cpus: '0.5' })).toEqual({ memoryBytes: 1.5 * 1024 ** 3, cpus: 0.5 });
  });

  it('reads back what it has', () => {
    const limits = { memoryBytes: 3 * 1024 ** 3, cpus: 1.25 };
    expect(buildLimits(readLimits(limits))).toEqual(limits);
  });

  it.each([
    ['memory', { memory: '0.5', cpus: '' }],
    ['memory', { memory: '2 GB', cpus: '' }],
    ['cpus', { memory: '', cpus: '0' }],
    ['cpus', { memory: '', cpus: 'two' }],
  ])('names what is wrong with %s: %j', (field, draft) => {
    expect(Object.keys(checkLimits(draft))).toEqual([field]);
  });
});
