import { describe, expect, it } from 'vitest';
import { container } from '../../../test/diagnosis/recorded.ts';
import { buildRepairPlan, DOCTOR_CHECK } from './repair-plan.ts';
import { askDoctor, digestOf, valueOf } from './doctor-text.ts';
import type { MendAnswer, Ward } from './ward.ts';

const signal = new AbortController().signal;
const touched = (value: object, second: number): string =>
  JSON.stringify({
    ...value,
    meta: { lastTouchedAt: `2026-11-21T12:00:0${String(second)}Z`, lastTouchedVersion: 'x' },
  });
const before = touched({ gateway: { bogus: 1, auth: { token: 'a' } } }, 0);
const after = (second: number, token = 'a'): string => touched({ gateway: { auth: { token } } }, second);

const wardOf = (answer: MendAnswer): Ward =>
  ({
    read: () => Promise.resolve(container),
    askDoctor: () => Promise.resolve(answer),
    applies: {},
  }) as unknown as Ward;
const plan = (answer: MendAnswer, shown?: string) =>
  buildRepairPlan(
    container.instance,
    { checks: [DOCTOR_CHECK], ...(shown === undefined ? {} : { shown }) },
    wardOf(answer),
    signal,
  );

describe("what OpenClaw's doctor would write", () => {
  const shown = digestOf({ before, after: after(1) });

  it('is the same when only the moment is another', async () => {
    expect(digestOf({ before, after: after(2) })).toBe(shown);
    expect((await plan({ before, after: after(2) }, shown)).stages).toHaveLength(1);
  });

  it.each([
    ['another configuration', touched({ gateway: { bogus: 2, auth: { token: 'a' } } }, 0), after(1)],
    ['another result', before, touched({ gateway: {} }, 1)],
    // It is left out of what is shown.
    ['another secret', before, after(1, 'b')],
  ])('is not written when it is %s than was shown', async (_, one, other) => {
    await expect(plan({ before: one, after: other }, shown)).rejects.toMatchObject({ code: 'repair.changed' });
  });

  it('is not written where nobody has seen it', async () => {
    await expect(plan({ before, after: after(1) })).rejects.toMatchObject({ code: 'repair.unseen' });
  });

  it('is nothing when only the moment would change', async () => {
    expect(await askDoctor(wardOf({ before, after: before.replace('12:00:00', '13:00:00') }), signal)).toBeUndefined();
    await expect(plan({ before, after: before }, shown)).rejects.toMatchObject({ code: 'repair.nothing' });
    expect(valueOf(before)).toMatchObject({ meta: { lastTouchedVersion: 'x' } });
  });
});
