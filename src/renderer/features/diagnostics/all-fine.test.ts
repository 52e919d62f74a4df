import { describe, expect, it } from 'vitest';
import type { Diagnosis, DiagnosisFinding } from '../../../shared/model/diagnosis.ts';
import { isAllFine } from './all-fine.ts';

const found = (...levels: DiagnosisFinding['level'][]) => {
  const findings = levels.map((level) => ({ id: 'disk', title: 'Disk', level, because: 'It was seen.' }));
  const answer: Diagnosis = { at: '2026-11-21T10:00:00.000Z', findings };
  return { answer, error: undefined, asking: false };
};
const error = { code: 'host.unreachable', message: 'It does not answer.', retry: true } as const;

describe('nothing is wrong', () => {
  it('where both halves were looked at and are fine', () => {
    expect(isAllFine([found('ok', 'ok'), found('ok')])).toBe(true);
    expect(isAllFine([found('ok'), found()])).toBe(true);
    expect(isAllFine([found('ok'), found('warn')])).toBe(false);
  });

  it('is not said of a half that could not be looked at, or is being looked at', () => {
    expect(isAllFine([found('ok'), { answer: undefined, error, asking: false }])).toBe(false);
    expect(isAllFine([found('ok'), { ...found('ok'), error }])).toBe(false);
    expect(isAllFine([found('ok'), { answer: undefined, error: undefined, asking: false }])).toBe(false);
    expect(isAllFine([found('ok'), { ...found('ok'), asking: true }])).toBe(false);
  });
});
