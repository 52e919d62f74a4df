import { describe, expect, it } from 'vitest';
import { checks } from '../src/core/diagnosis/checks/index.ts';
import { brokenInLab, cannotBreakHere } from './lab/ailments.ts';

describe('every check', () => {
  const ids = checks.map(({ id }) => id);
  const broken = brokenInLab();

  it.each(ids)('%s has an instance of the lab that it is red on, or a reason why not', (id) => {
    expect(broken.has(id)).not.toBe(id in cannotBreakHere);
  });

  it('is known by the lab under its own name', () => {
    expect([...broken, ...Object.keys(cannotBreakHere)].filter((id) => !ids.includes(id))).toEqual([]);
  });
});
