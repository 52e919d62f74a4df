import type { Finding, Preview, StepPreview } from '../../core/index.ts';
import { texts } from '../text.ts';
import { alignRows, bold, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';

/** Columns of a title beyond which the reason beside it would have no room. */
const TITLE_WIDTH = 56;
/** Of a narrow terminal, so that there is room for the reason beside it. */
const TITLE_SHARE = 0.6;

/** What preflight found, one line each. Pure. */
export function formatFindings(findings: readonly Finding[], look: Look, columns: number | undefined): Line[] {
  if (findings.length === 0) return [];
  const rows = findings.map((finding) => [finding.title, because(finding)]);
  return [
    [bold(texts.checks)],
    ...alignRows(rows, { ...limits(columns), before: marked(findings.map(({ level }) => markOf(level, look))) }),
    [],
  ];
}

function limits(columns: number | undefined): {
  readonly maxWidths: readonly number[];
  readonly columns: number | undefined;
} {
  return {
    maxWidths: [Math.min(TITLE_WIDTH, Math.floor((columns ?? Number.POSITIVE_INFINITY) * TITLE_SHARE))],
    columns,
  };
}

function marked(marks: readonly (Span | string)[]): (row: number, isFirst: boolean) => Line {
  return (row, isFirst) => ['  ', isFirst ? (marks[row] ?? ' ') : ' ', ' '];
}

function because(finding: Finding): Span | string {
  return finding.level === 'ok' ? dim(finding.because) : finding.because;
}

function markOf(level: Finding['level'], look: Look): Span {
  const marks = marksOf(look);
  switch (level) {
    case 'ok':
      return green(marks.done);
    case 'warn':
      return yellow(marks.warn);
    case 'fix':
      return yellow(marks.next);
    case 'refuse':
      return red(marks.bad);
  }
}

export function neededSteps(preview: Preview): StepPreview[] {
  return preview.steps.filter((step) => step.check.is === 'needed');
}

export function refusals(preview: Preview): Finding[] {
  return preview.findings.filter((finding) => finding.level === 'refuse');
}

/** Whether nothing that runs or lies there is touched by the plan. */
export function isHarmless(preview: Preview): boolean {
  return neededSteps(preview).every((step) => step.check.is === 'needed' && step.check.severity === 'safe');
}

/** The steps that are needed, with how bad each is; the others folded into one line. Pure. */
export function formatPlan(preview: Preview, look: Look, columns: number | undefined): Line[] {
  const needed = neededSteps(preview);
  const done = preview.steps.length - needed.length;
  if (needed.length === 0)
    return [[bold(texts.plan)], ['  ', green(marksOf(look).done), ` ${texts.nothingNeeded(done)}`], []];
  const bad = (severity: string): number =>
    needed.filter((step) => step.check.is === 'needed' && step.check.severity === severity).length;
  const harmless = isHarmless(preview);
  const rows = needed.map((step) => [step.title, ...(harmless ? [] : [severityOf(step)]), dim(step.check.because)]);
  return [
    [bold(texts.plan), dim(`  ${texts.changesOf(needed.length, bad('restart'), bad('data-loss'))}`)],
    ...alignRows(rows, { ...limits(columns), before: marked(rows.map(() => marksOf(look).next)) }),
    ...(done === 0 ? [] : [['  ', dim(`${marksOf(look).idle} ${texts.alreadyDone(done)}`)]]),
    [],
  ];
}

function severityOf(step: StepPreview): Span {
  if (step.check.is !== 'needed') return dim('');
  const text = texts.severity[step.check.severity];
  return step.check.severity === 'data-loss' ? red(text) : yellow(text);
}
