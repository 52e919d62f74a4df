import type { LogLevel } from '../../../shared/log-level.ts';
import type { LogEntry, LogSource } from '../../../shared/model/log.ts';

export interface LogLine {
  /** Counts up for as long as the log is followed: the line keeps it while others come and go. */
  readonly number: number;
  readonly at: string;
  /** Of this computer's clock: the time, and where it is not today's the day. */
  readonly stamp: string;
  readonly source: LogSource;
  readonly text: string;
  readonly level: LogLevel;
  /** How many columns of a fixed font it takes: East Asian letters and pictures take two. */
  readonly cells: number;
}

/** Longer lines are cut: a browser lays out one line of a megabyte for seconds. */
export const LONGEST_LINE = 4_000;
/** From here on (CJK radicals) most letters are two columns wide. */
const FIRST_WIDE = 0x2e80;

/** Between the time, the source and the words. */
const GAPS = 2;
export const SOURCE_CELLS = 9;

/** @param today as `stampOf` names it. Pure. */
export function makeLine(number: number, { at, source, level, text: raw }: LogEntry, today: string): LogLine {
  const whole = raw.replaceAll('\t', '    ');
  const text = whole.length > LONGEST_LINE ? `${whole.slice(0, LONGEST_LINE)}…` : whole;
  const { day, time } = stampOf(new Date(at));
  const stamp = day === today ? time : `${day} ${time}`;
  return { number, at, stamp, source, text, level, cells: stamp.length + SOURCE_CELLS + GAPS + countCells(text) };
}

/** Pure, but for the time zone. */
export function stampOf(at: Date): { readonly day: string; readonly time: string } {
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    day: `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':'),
  };
}

function countCells(text: string): number {
  let cells = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    cells += code < FIRST_WIDE ? 1 : 2;
  }
  return cells;
}

/** Of a stream: what is longer is no line of ours. */
const LONGEST_PIECE = 256 * 1024;

/** Takes bytes in whatever pieces they come; gives whole lines, and cuts no letter in two. */
export function createLineSplitter(longest = LONGEST_PIECE): (bytes: Uint8Array) => string[] {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const pieces = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > longest) {
      pieces.push(rest);
      rest = '';
    }
    return pieces.map((piece) => (piece.endsWith('\r') ? piece.slice(0, -1) : piece));
  };
}
