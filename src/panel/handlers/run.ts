import { AppError } from '../../shared/app-error.ts';
import type { runCalls } from '../../shared/contract/run.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import type { Handlers } from '../context.ts';

const silenced = (run: RunSnapshot): RunSnapshot => ({
  ...run,
  steps: run.steps.map((step) => ({ ...step, lastLines: [] })),
});

export const runHandlers: Handlers<keyof typeof runCalls> = {
  'run.list': async (_, { panel }) =>
    (await panel.core.runs.list()).sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt)).map(silenced),
  'run.get': async ({ runId }, { panel }) => panel.masks.apply((await panel.core.runs.get(runId)) ?? null),
  'run.cancel': async ({ runId }, { panel }) => {
    if (panel.runs.cancel(runId)) return null;
    if ((await panel.core.runs.get(runId))?.status !== 'running') return null;
    throw new AppError('usage.invalid', {
      message: 'Another Hardshell started this run.',
      hint: 'Cancel it where it was started.',
    });
  },
};
