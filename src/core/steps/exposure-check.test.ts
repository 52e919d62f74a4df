import { expect, test } from 'vitest';
import type { ExposureFinding } from '../api-operations.ts';
import { createFakeHost } from '../host/fake/fake-host.ts';
import { exposureCheckStep } from './exposure-check.ts';
import type { ApplyContext } from './step.ts';

const fine: ExposureFinding = { id: 'gateway', title: 'Gateway', level: 'ok', because: 'Closed.' };
const pointedOut: ExposureFinding = { id: 'container:web', title: 'Container web', level: 'warn', because: 'Open.' };
const open: ExposureFinding = { id: 'gateway', title: 'Gateway', level: 'bad', because: 'Open.', fix: 'Close it.' };

const refuse = (): never => {
  throw new Error('It changes nothing.');
};
const context: ApplyContext = {
  read: refuse,
  host: createFakeHost(),
  signal: new AbortController().signal,
  change: refuse,
  changeOk: refuse,
  act: refuse,
  note: refuse,
  progress: refuse,
};
const stepOver = (findings: () => readonly ExposureFinding[]): ReturnType<typeof exposureCheckStep> =>
  exposureCheckStep({
    facts: [],
    check: () =>
      Promise.resolve({ at: '2026-11-21T12:00:00.000Z', reachableFrom: 'Only this computer', findings: findings() }),
  });

test('what somebody else has opened does not fail a run', async () => {
  const step = stepOver(() => [fine, pointedOut]);
  expect(await step.check(context)).toEqual({ is: 'satisfied', because: 'nothing is open that should not be' });
});

test('what should not be open does, with what closes it', async () => {
  const step = stepOver(() => [pointedOut, open]);
  expect(await step.check(context)).toMatchObject({ is: 'needed', because: 'Gateway: Open' });
  await expect(step.apply(context)).rejects.toMatchObject({
    code: 'exposure.open',
    message: 'Gateway: Open.',
    hint: 'Close it.',
    details: { finding: 'gateway' },
  });
});

test('what was closed meanwhile is fine', async () => {
  const answers = [[open], [fine]];
  const step = stepOver(() => answers.shift() ?? []);
  expect(await step.check(context)).toMatchObject({ is: 'needed' });
  await expect(step.apply(context)).resolves.toBeUndefined();
});
