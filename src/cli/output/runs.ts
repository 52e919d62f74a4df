import type { RunSnapshot, StepState } from '../../shared/model/run.ts';
import { texts } from '../text.ts';
import { formatFailure } from './failure.ts';
import { alignRows, bold, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { countOf, formatAge, formatDuration } from './quantity.ts';

const NAME_WIDTH = 32;
const TITLE_WIDTH = 56;

/** Runs as a table. Pure. */
export function formatRuns(runs: readonly RunSnapshot[], nowMs: number, look: Look): Line[] {
  if (runs.length === 0) return [[texts.noRuns]];
  const head = ['RUN', 'WHAT', 'INSTANCE', 'ENDED', 'TOOK', 'STARTED'].map(dim);
  const rows = runs.map((run) => [
    run.runId,
    run.kind,
    bold(run.instanceName),
    statusOf(run, look),
    tookOf(run),
    dim(formatAge(Date.parse(run.startedAt), nowMs)),
  ]);
  return alignRows([head, ...rows], { maxWidths: [NAME_WIDTH, NAME_WIDTH, NAME_WIDTH] });
}

function tookOf({ startedAt, endedAt }: { readonly startedAt?: string; readonly endedAt?: string }): string {
  return startedAt === undefined || endedAt === undefined
    ? ''
    : formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

function statusOf({ status }: RunSnapshot, look: Look): Span {
  const marks = marksOf(look);
  switch (status) {
    case 'succeeded':
      return green(`${marks.done} done`);
    case 'failed':
      return red(`${marks.bad} failed`);
    case 'cancelled':
      return yellow(`${marks.idle} cancelled`);
    case 'running':
      return yellow(`${marks.next} running`);
  }
}

/** One run, step by step. Pure. */
export function formatRun(run: RunSnapshot, nowMs: number, look: Look, columns: number | undefined): Line[] {
  const facts: [Span, Span | string][] = [
    [dim('  what'), `${run.kind} ${run.instanceName} on ${run.place}`],
    [dim('  by'), run.who],
    [dim('  started'), `${run.startedAt} (${formatAge(Date.parse(run.startedAt), nowMs)})`],
    [dim('  ended'), statusOf(run, look)],
    ...(run.stats === undefined
      ? []
      : [
          [
            dim('  work'),
            `${countOf(run.stats.changes, 'change')}, ${countOf(run.stats.roundTrips, 'round trip')}, ${formatDuration(run.stats.durationMs)}`,
          ] satisfies [Span, string],
        ]),
  ];
  const failed = run.steps.find((step) => step.status === 'failed');
  const steps = alignRows(
    run.steps.map((step) => [step.title, tookOf(step), dim(step.because ?? '')]),
    {
      maxWidths: [TITLE_WIDTH],
      columns,
      before: (row, isFirst) => [
        '  ',
        isFirst && run.steps[row] !== undefined ? stepMark(run.steps[row], look) : ' ',
        ' ',
      ],
    },
  );
  return [
    [bold(run.runId)],
    ...alignRows(facts, { columns }),
    [],
    ...steps,
    ...(run.error === undefined
      ? []
      : [[], ...formatFailure(run.error, look, columns, failed === undefined ? {} : { step: failed.title })]),
  ];
}

function stepMark({ status }: StepState, look: Look): Span {
  const marks = marksOf(look);
  switch (status) {
    case 'applied':
      return green(marks.done);
    case 'satisfied':
    case 'waiting':
      return dim(marks.idle);
    case 'running':
      return yellow(marks.next);
    case 'failed':
      return red(marks.bad);
  }
}
