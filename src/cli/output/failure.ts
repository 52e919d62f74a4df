import type { ErrorReport } from '../../shared/app-error.ts';
import { texts } from '../text.ts';
import { alarm, alignRows, bold, cyan, dim, red, type Line } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { TEXT_COLUMNS, wrapText } from './text-width.ts';

export interface FailureContext {
  /** Title of the step that failed. */
  readonly step?: string;
  readonly runId?: string;
  /** Whether it was found before anything was changed. */
  readonly unchanged?: boolean;
}

/** An error as a person reads it: what was being done, what came out of it, the sentence, what to do. Pure. */
export function formatFailure(
  error: ErrorReport,
  look: Look,
  columns: number | undefined,
  context: FailureContext = {},
): Line[] {
  const marks = marksOf(look);
  const width = Math.max(20, Math.min(columns ?? TEXT_COLUMNS, TEXT_COLUMNS) - 3);
  const text = (sentence: string, first: Line[number], style: (line: string) => Line[number]): Line[] =>
    wrapText(sentence, width).map((line, index) => [index === 0 ? first : ' ', ' ', style(line)]);
  const known = formatDetails(error, context.step, look, columns);
  const saysAgain = error.hint?.includes('again') === true;
  const hints = [error.hint, ...(error.retry && context.runId !== undefined && !saysAgain ? [texts.tryAgain] : [])];
  const sentence = text(error.message, red(marks.bad), bold);
  return [
    // Of a step: first what came out of it, then what it means, so that the sentence is what stands last on the screen.
    ...(context.step === undefined ? [...sentence, ...known] : [...known, [], ...sentence]),
    ...unique(hints.filter((hint) => hint !== undefined)).flatMap((hint) => text(hint, marks.next, (line) => line)),
    ...(context.unchanged === true ? [[dim(`  ${texts.refused}`)]] : []),
    ...(context.runId === undefined ? [] : [[marks.next, ' ', cyan(texts.logOf(context.runId))]]),
  ];
}

function formatDetails(
  { details = {} }: ErrorReport,
  step: string | undefined,
  look: Look,
  columns: number | undefined,
): Line[] {
  const { lastLines, ...rest } = details;
  const rows = Object.entries({ ...(step === undefined || 'doing' in rest ? {} : { step }), ...rest }).flatMap(
    ([key, value]) => {
      const shown = showDetail(key, value);
      return shown === undefined ? [] : [[dim(`  ${label(key)}`), shown]];
    },
  );
  const lines = Array.isArray(lastLines) ? lastLines.filter((line) => typeof line === 'string') : [];
  return [
    ...alignRows(rows, { columns }),
    ...(lines.length === 0 ? [] : [[dim(`  ${texts.lastLines}`)]]),
    ...lines.map((line) => [dim(`  ${marksOf(look).bar} `), line]),
  ];
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

/** `exitCode` -> `exit code`. */
function label(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Details that are for the door, not for the person. */
const FOR_DOORS = new Set(['wants']);

function showDetail(key: string, value: unknown): string | undefined {
  if (FOR_DOORS.has(key)) return undefined;
  if (key.endsWith('Ms') && typeof value === 'number') return `${String(value / 1000)} s`;
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const parts = Object.entries(value).filter(([, part]) => typeof part === 'string' || typeof part === 'number');
    return parts.length === 0 ? undefined : parts.map(([name, part]) => `${label(name)} ${String(part)}`).join(', ');
  }
  return undefined;
}

/** The block for a host key that must not be trusted: hard to overlook, nothing to agree to. Pure. */
export function formatAlarm(
  title: string,
  facts: readonly (readonly [string, string])[],
  meaning: readonly string[],
  look: Look,
  columns: number | undefined,
): Line[] {
  const { bar } = marksOf(look);
  const width = Math.max(20, Math.min(columns ?? TEXT_COLUMNS, TEXT_COLUMNS) - 4);
  const boxed = (line: Line): Line => [alarm(`${bar} `), ...line];
  return [
    boxed([alarm(title)]),
    ...alignRows(
      facts.map(([name, value]) => [dim(name), value]),
      { columns: columns === undefined ? undefined : columns - 2 },
    ).map(boxed),
    boxed([]),
    ...meaning.flatMap((sentence) => wrapText(sentence, width)).map((line) => boxed([line])),
  ];
}
