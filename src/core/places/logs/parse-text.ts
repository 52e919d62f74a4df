import { parseLevel, readLevelName, type LogLevel } from '../../../shared/log-level.ts';
import type { LogEntry, LogSource } from '../../../shared/model/log.ts';

const time = String.raw`\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})`;
const heads = { plain: new RegExp(`^(${time})\\s+`), inBrackets: new RegExp(`^\\[(${time})\\]\\s+`) };

/** The time that a line begins with, and the rest. A time without a zone is not taken: nobody knows which one. Pure. */
export function takeTime(line: string): { readonly at: string | undefined; readonly rest: string } {
  const found = heads.plain.exec(line) ?? heads.inBrackets.exec(line);
  if (found === null) return { at: undefined, rest: line };
  const at = toIso(Date.parse((found[1] ?? '').replace(' ', 'T').replace(',', '.')));
  return at === undefined ? { at, rest: line } : { at, rest: line.slice(found[0].length) };
}

/** Undefined: no time at all. Pure. */
export function toIso(ms: number): string | undefined {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/**
 * Lines that were written as they were said. One without a time of its own has that of the line before it, as the rest of a
 * message in several lines has; before the first, `firstAt`.
 */
export function createTextParser(source: LogSource, firstAt: string): (line: string) => LogEntry | undefined {
  let last = firstAt;
  return (line) => {
    const { at, rest } = takeTime(line);
    if (rest.trim() === '') return undefined;
    last = at ?? last;
    const json = rest.startsWith('{') ? parseJsonLine(rest) : undefined;
    if (json?.at !== undefined) last = json.at;
    return { at: last, source, level: json?.level ?? parseLevel(rest), text: json?.text ?? rest };
  };
}

interface JsonLine {
  readonly at: string | undefined;
  readonly level: LogLevel | undefined;
  readonly text: string;
}

/** A line that a program writes as one JSON object: Caddy, the supervisor, OpenClaw's file. Undefined: it is none. Pure. */
export function parseJsonLine(line: string): JsonLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const text = pick(fields, 'msg', 'message', '0');
  if (text === undefined) return undefined;
  const level = pick(fields, 'level', 'logLevelName');
  const ts = fields['ts'] ?? fields['time'] ?? fields['at'];
  // Caddy counts seconds, the others write the time out.
  const at =
    typeof ts === 'number'
      ? toIso(ts < 1e11 ? ts * 1000 : ts)
      : typeof ts === 'string'
        ? toIso(Date.parse(ts))
        : undefined;
  const told = new Set(['msg', 'message', '0', 'level', 'logLevelName', 'ts', 'time', 'at', '_meta']);
  const rest = Object.entries(fields).filter(([name]) => !told.has(name));
  const name = pick(fields, 'logger', 'subsystem');
  const more = rest.filter(([key]) => key !== 'logger' && key !== 'subsystem');
  return {
    at,
    level: level === undefined ? undefined : readLevelName(level),
    text: `${name === undefined ? '' : `[${name}] `}${text}${more.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(more))}`}`,
  };
}

function pick(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** Cuts bytes into lines; one that never ends is cut. */
export function createLineCutter(longest = 64 * 1024): (chunk: Buffer | string) => string[] {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    const pieces = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > longest) {
      pieces.push(rest);
      rest = '';
    }
    return pieces.map((piece) => (piece.endsWith('\r') ? piece.slice(0, -1) : piece));
  };
}
