import { isAtLeast, type LogLevel } from '../../../shared/log-level.ts';
import { compileSearch } from '../../../shared/log-pattern.ts';
import { logSources, type LogSource } from '../../../shared/model/log.ts';
import type { LogLine } from './log-line.ts';

/** Kept of a log; the oldest go. */
export const KEPT_LINES = 20_000;
/** Cut away at once, so that a long log is not copied for every line. */
const CUT_LINES = 1_000;

/** What a person sees of a log. A value: each change makes another one. */
export interface LogBook {
  readonly lines: readonly LogLine[];
  /** Lines that wait while the log is paused. Undefined: it is not. */
  readonly waiting: readonly LogLine[] | undefined;
  /** Waiting lines that were dropped because there were more than `KEPT_LINES` of them. */
  readonly dropped: number;
  /** Older lines that went to make room. */
  readonly cut: number;
}

export const emptyBook: LogBook = { lines: [], waiting: undefined, dropped: 0, cut: 0 };

function keepNewest(lines: readonly LogLine[]): readonly LogLine[] {
  return lines.length > KEPT_LINES + CUT_LINES ? lines.slice(-KEPT_LINES) : lines;
}

/** Pure. */
export function addLines(book: LogBook, more: readonly LogLine[]): LogBook {
  if (more.length === 0) return book;
  if (book.waiting === undefined) return { ...book, ...join(book, more) };
  const all = [...book.waiting, ...more];
  const waiting = keepNewest(all);
  return { ...book, waiting, dropped: book.dropped + all.length - waiting.length };
}

/** Pure. */
export function pauseBook(book: LogBook): LogBook {
  return book.waiting === undefined ? { ...book, waiting: [], dropped: 0 } : book;
}

/** Pure. Nothing that waited is lost, but what was dropped. */
export function resumeBook(book: LogBook): LogBook {
  if (book.waiting === undefined) return book;
  return { ...join(book, book.waiting), waiting: undefined, dropped: 0 };
}

function join(book: LogBook, more: readonly LogLine[]): Pick<LogBook, 'lines' | 'cut'> {
  const all = [...book.lines, ...more];
  const lines = keepNewest(all);
  return { lines, cut: book.cut + book.dropped + all.length - lines.length };
}

export interface LineFilter {
  readonly sources: ReadonlySet<LogSource>;
  readonly level: LogLevel;
  /** Empty: all. */
  readonly words: string;
}

/** Pure; the same array where all are wanted. */
export function filterLines(lines: readonly LogLine[], { sources, level, words }: LineFilter): readonly LogLine[] {
  if (sources.size === logSources.length && level === 'debug' && words === '') return lines;
  const find = words === '' ? undefined : compileSearch(words);
  return lines.filter(
    (line) =>
      sources.has(line.source) &&
      isAtLeast(line.level, level) &&
      (find === undefined || find(line.text, 0) !== undefined),
  );
}

/** How many lines each source has. Pure. */
export function countSources(lines: readonly LogLine[]): Readonly<Record<LogSource, number>> {
  const counts: Record<LogSource, number> = { gateway: 0, service: 0, caddy: 0, installer: 0, audit: 0 };
  for (const { source } of lines) counts[source] += 1;
  return counts;
}

/** Indexes of the lines that hold the words, whatever their letter case, or that `/a pattern/` fits. Pure. */
export function findLines(lines: readonly LogLine[], words: string): readonly number[] {
  if (words === '') return [];
  const find = compileSearch(words);
  const found: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (find(line.text, 0) !== undefined) found.push(index);
  }
  return found;
}

/** A line in pieces: every second one is what was looked for. Pure. */
export function splitByWords(text: string, words: string): readonly string[] {
  if (words === '' || text.toLowerCase().length !== text.length) return [text];
  const find = compileSearch(words);
  const pieces: string[] = [];
  let from = 0;
  for (let found = find(text, 0); found !== undefined; found = find(text, from)) {
    pieces.push(text.slice(from, found.at), text.slice(found.at, found.at + found.length));
    from = found.at + found.length;
  }
  pieces.push(text.slice(from));
  return pieces;
}
