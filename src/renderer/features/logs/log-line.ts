/** How bad a line is. What says nothing of it is `info`. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

export interface LogLine {
  /** Counts up for as long as the log is followed: the line keeps it while others come and go. */
  readonly number: number;
  readonly text: string;
  readonly level: LogLevel;
  /** How many columns of a fixed font it takes: East Asian letters and pictures take two. */
  readonly cells: number;
}

/** Longer lines are cut: a browser lays out one line of a megabyte for seconds. */
export const LONGEST_LINE = 4_000;
/** From here on (CJK radicals) most letters are two columns wide. */
const FIRST_WIDE = 0x2e80;

// What a program writes for a terminal: colours and cursor (CSI), titles (OSC), single escapes.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** The words alone. Pure. */
export function stripTerminalCodes(text: string): string {
  return text.replace(escapes, '').replace(controls, '');
}

// The head of a line: a time, names in brackets, then perhaps the level.
const namedLevel =
  /^(?:\S*\d{2}:\d{2}\S*\s+)?(?:\[[^\]]*\]\s*)*(error|err|fatal|warning|warn|info|debug|trace)\b[\s:\]|-]/i;
const jsonLevel = /"(?:level|logLevelName)"\s*:\s*"(error|fatal|warn|warning|info|debug|trace)"/i;
const bracketLevel = /\[(error|fatal|warn|warning|info|debug|trace)\]/i;
const soundsBad = /\b(?:\w*error|exception|fatal|panic|failed|failure|refused|denied)\b\s*[:(]/i;
const soundsWarning = /\b(?:warning|deprecated)\b/i;

/** By the level that a line names; else by how it sounds. Pure. */
export function parseLevel(text: string): LogLevel {
  const head = text.slice(0, 300);
  const named = (namedLevel.exec(head) ?? bracketLevel.exec(head) ?? jsonLevel.exec(head))?.[1]?.toLowerCase();
  switch (named) {
    case 'error':
    case 'err':
    case 'fatal':
      return 'error';
    case 'warn':
    case 'warning':
      return 'warn';
    case 'debug':
    case 'trace':
      return 'debug';
    case 'info':
      return 'info';
    default:
      if (soundsBad.test(head)) return 'error';
      return soundsWarning.test(head) ? 'warn' : 'info';
  }
}

/** Pure. */
export function parseLine(number: number, raw: string): LogLine {
  const whole = stripTerminalCodes(raw).replaceAll('\t', '    ');
  const text = whole.length > LONGEST_LINE ? `${whole.slice(0, LONGEST_LINE)}…` : whole;
  return { number, text, level: parseLevel(text), cells: countCells(text) };
}

function countCells(text: string): number {
  let cells = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    cells += code < FIRST_WIDE ? 1 : 2;
  }
  return cells;
}

/** Takes bytes in whatever pieces they come; gives whole lines, and cuts no letter in two. */
export function createLineSplitter(): (bytes: Uint8Array) => string[] {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const pieces = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      pieces.push(rest);
      rest = '';
    }
    return pieces.map((piece) => (piece.endsWith('\r') ? piece.slice(0, -1) : piece));
  };
}
