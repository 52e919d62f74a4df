import type { RunSnapshot } from '../../shared/model/run.ts';
import { enRun } from './en-run.ts';
import { formatErrorDetails, hintHere } from './error-text.ts';
import { formatSpan } from './time-text.ts';

export type RunOutcome = keyof typeof enRun.statuses;

/** A run that its process did not live to end is not one that failed. Pure. */
export function readOutcome(run: RunSnapshot): RunOutcome {
  return run.status === 'failed' && run.error?.code === 'run.interrupted' ? 'interrupted' : run.status;
}

/** For somebody who helps: all that the page shows. Secrets never reach a run's log. Pure. */
export function formatRunReport(run: RunSnapshot, version: string, nowMs: number): string {
  const words = enRun.report;
  const lines = [
    `${words.head} (Hardshell ${version})`,
    `${words.run}: ${run.runId}, ${enRun.kinds[run.kind]}`,
    `${words.instance}: ${run.instanceName} (${run.instanceId})`,
    `${words.place}: ${run.place}`,
    `${words.who}: ${run.who}`,
    `${words.started}: ${run.startedAt}`,
    `${words.took}: ${formatSpan(run.startedAt, run.endedAt, nowMs)}`,
    `${words.result}: ${enRun.statuses[readOutcome(run)]}`,
  ];
  if (run.error !== undefined) {
    lines.push('', `${words.error}: ${run.error.message}`);
    const hint = hintHere(run.error);
    if (hint !== undefined) lines.push(`${words.hint}: ${hint}`);
    lines.push(formatErrorDetails(run.error));
  }
  lines.push('');
  for (const step of run.steps) {
    const span =
      step.startedAt === undefined || step.endedAt === undefined
        ? ''
        : `, ${formatSpan(step.startedAt, step.endedAt, nowMs)}`;
    const because = step.because === undefined ? '' : `: ${step.because}`;
    lines.push(`[${enRun.stepStatuses[step.status]}${span}] ${step.title}${because}`);
    if (step.status === 'failed') lines.push(...step.lastLines.map((line) => `    ${line}`));
  }
  return `${lines.join('\n')}\n`;
}
