import type { LogLevel, LogLine } from './log-line.ts';

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
}

export const emptyBook: LogBook = { lines: [], waiting: undefined, dropped: 0 };

function keepNewest(lines: readonly LogLine[]): readonly LogLine[] {
  return lines.length > KEPT_LINES + CUT_LINES ? lines.slice(-KEPT_LINES) : lines;
}

/** Pure. */
export function addLines(book: LogBook, more: readonly LogLine[]): LogBook {
  if (more.length === 0) return book;
  if (book.waiting === undefined) return { ...book, lines: keepNewest([...book.lines, ...more]) };
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
  return { lines: keepNewest([...book.lines, ...book.waiting]), waiting: undefined, dropped: 0 };
}

/** Lines whose level is wanted. Pure; the same array where all are. */
export function filterLines(lines: readonly LogLine[], levels: ReadonlySet<LogLevel>): readonly LogLine[] {
  return levels.size === 4 ? lines : lines.filter((line) => levels.has(line.level));
}

/** Indexes of the lines that hold the words, whatever their letter case. Pure. */
export function findLines(lines: readonly LogLine[], words: string): readonly number[] {
  if (words === '') return [];
  const wanted = words.toLowerCase();
  const found: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.text.toLowerCase().includes(wanted)) found.push(index);
  }
  return found;
}

/** A line in pieces: every second one is what was looked for. Pure. */
export function splitByWords(text: string, words: string): readonly string[] {
  const wanted = words.toLowerCase();
  const lower = text.toLowerCase();
  // a letter whose small form is longer would shift every place after it
  if (wanted === '' || lower.length !== text.length) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  pieces.push(text.slice(from));
  return pieces;
}
