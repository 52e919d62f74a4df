import { describe, expect, it } from 'vitest';
import type { Guard } from '../../../shared/model/guard.ts';
import { closedIngress, type Ingress } from '../../../shared/model/ingress.ts';
import { buildGuard, checkGuard, listRules, readGuard } from './guard-draft.ts';

const all: Guard = {
  cpu: { abovePercent: 90, forSeconds: 300 },
  memory: { abovePercent: 95, forSeconds: 30 },
  restarts: { above: 5, withinSeconds: 3600 },
  requests: { above: 3000, withinSeconds: 300 },
  disk: { aboveBytes: 1.5 * 1024 ** 3 },
};

describe('what suspends an instance by itself', () => {
  it('is asked about requests where visitors come in, or where they are limited already', () => {
    const target = { kind: 'docker' } as const;
    const open: Ingress = { access: { mode: 'ip' }, limits: {} };
    expect(listRules({ target, ingress: open })).toContain('requests');
    expect(listRules({ target, ingress: closedIngress })).not.toContain('requests');
    expect(listRules({ target })).toEqual(['cpu', 'memory', 'restarts', 'disk']);
    expect(listRules({ target: { kind: 'local' }, ingress: open })).not.toContain('requests');
    expect(listRules({ target, guard: all })).toContain('requests');
  });

  it('is nothing until it is set', () => {
    expect(buildGuard(readGuard())).toEqual({});
  });

  it('reads back what is set', () => {
    expect(buildGuard(readGuard(all))).toEqual(all);
    expect(checkGuard(readGuard(all))).toEqual({});
  });

  it.each([
    [{ cpu: { on: true, above: '101', minutes: '5' } }, { cpu: ['above'] }],
    [{ cpu: { on: true, above: '90', minutes: '0' } }, { cpu: ['minutes'] }],
    [{ restarts: { on: true, above: '1.5', minutes: 'x' } }, { restarts: ['above', 'minutes'] }],
    [{ disk: { on: true, above: '', minutes: '' } }, { disk: ['above'] }],
    [{ disk: { on: false, above: '', minutes: '' } }, {}],
  ])('names what is wrong in %j', (change, wrong) => {
    const errors = checkGuard({ ...readGuard(), ...change });
    expect(Object.fromEntries(Object.entries(errors).map(([rule, said]) => [rule, Object.keys(said)]))).toEqual(wrong);
  });
});
