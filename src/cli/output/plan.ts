import type { Finding, Preview, StepPreview } from '../../core/index.ts';
import { texts } from '../text.ts';
import { alignRows, bold, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';

/** Columns of a title beyond which the reason beside it would have no room. */
const TITLE_WIDTH = 44;

/** What preflight found, one line each. Pure. */
export function formatFindings(findings: readonly Finding[], look: Look): Line[] {
  if (findings.length === 0) return [];
  const rows = findings.map((finding) => [`  `, markOf(finding.level, look), finding.title, because(finding)]);
  return [[bold(texts.checks)], ...alignTight(rows), []];
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
export function formatPlan(preview: Preview, look: Look): Line[] {
  const needed = neededSteps(preview);
  const done = preview.steps.length - needed.length;
  if (needed.length === 0) return [[bold(texts.plan)], ['  ', green(marksOf(look).done), ` ${texts.nothingNeeded(done)}`], []];
  const bad = (severity: string): number => needed.filter((step) => step.check.is === 'needed' && step.check.severity === severity).length;
  const rows = needed.map((step) => ['  ', marksOf(look).next, step.title, severityOf(step), dim(step.check.because)]);
  const withoutSeverity = rows.every((row) => spanText(row[3]) === '');
  return [
    [bold(texts.plan), dim(`  ${texts.changesOf(needed.length, bad('restart'), bad('data-loss'))}`)],
    ...alignTight(withoutSeverity ? rows.map((row) => row.filter((_, index) => index !== 3)) : rows),
    ...(done === 0 ? [] : [['  ', dim(`${marksOf(look).idle} ${texts.alreadyDone(done)}`)]]),
    [],
  ];
}

function severityOf(step: StepPreview): Span {
  if (step.check.is !== 'needed') return dim('');
  const text = texts.severity[step.check.severity];
  return step.check.severity === 'data-loss' ? red(text) : yellow(text);
}

function spanText(span: string | Span | undefined): string {
  return typeof span === 'string' ? span : (span?.text ?? '');
}

/** Indentation and mark stand close, the columns after them apart. */
function alignTight(rows: readonly (readonly (string | Span)[])[]): Line[] {
  const aligned = alignRows(
    rows.map((row) => row.slice(2)),
    { maxWidths: [TITLE_WIDTH] },
  );
  return aligned.map((line, index) => [...(rows[index]?.slice(0, 2) ?? []), ' ', ...line]);
}
