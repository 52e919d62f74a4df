import { describe, expect, it } from 'vitest';
import { worstOf } from './worst-status.ts';

describe('worstOf', () => {
  it('is what a person has to know first', () => {
    expect(worstOf([])).toBe('none');
    expect(worstOf(['stopped', 'not-deployed'])).toBe('none');
    expect(worstOf(['stopped', 'running'])).toBe('ok');
    expect(worstOf(['running', 'starting'])).toBe('warn');
    expect(worstOf(['running', 'unreachable', 'starting'])).toBe('bad');
    expect(worstOf(['failed'])).toBe('bad');
    expect(worstOf(['running'], ['warn'])).toBe('warn');
    expect(worstOf([], ['warn', 'bad'])).toBe('bad');
    expect(worstOf(['failed'], ['warn'])).toBe('bad');
  });
});
