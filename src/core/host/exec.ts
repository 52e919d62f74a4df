import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { formatCommand, type Command } from './command.ts';
import type { Host } from './host.ts';

/** Output kept of one command and stream. Of what comes after only the end is kept, and the result says so. */
export const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** The end of an output that was too long: it is where a failure says why. */
const TAIL_CHARACTERS = 16 * 1024;
const MAX_LINE_CHARACTERS = 64 * 1024;
const LAST_LINES = 20;

export type Input = string | Buffer | Secret;

export interface ExecOptions {
  /** Written to standard input, which is then closed. Absent: closed at once. */
  readonly input?: Input;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Called with every whole line as it arrives, without its line break. */
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
}

export interface ExecResult {
  readonly command: Command;
  /** Null: ended by a signal. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** What `exec` is built on: a host, or a lease that starts each command in a recorded group. */
export type Spawner = Pick<Host, 'spawn'>;

/**
 * Runs a command to its end. A non-zero exit is a result, not an exception: the caller decides (`expectOk`).
 * @throws AppError `command.timeout`, or the reason of an aborted signal, or what `spawn` throws
 */
export async function exec(host: Spawner, command: Command, options: ExecOptions = {}): Promise<ExecResult> {
  const limits: AbortSignal[] = [];
  if (options.signal !== undefined) limits.push(options.signal);
  const timer = new AbortController();
  let timeout: NodeJS.Timeout | undefined;
  if (options.timeoutMs !== undefined) {
    const timeoutMs = options.timeoutMs;
    timeout = setTimeout(() => {
      timer.abort(new AppError('command.timeout', { details: { command: formatCommand(command), timeoutMs } }));
    }, timeoutMs);
    limits.push(timer.signal);
  }
  const signal = limits.length === 0 ? undefined : AbortSignal.any(limits);
  try {
    signal?.throwIfAborted();
    const { onLine } = options;
    const started = await host.spawn(command, signal === undefined ? {} : { signal });
    // A command may end without reading its input; that is its answer, not an error of ours.
    started.stdin.on('error', () => undefined);
    started.stdin.end(reveal(options.input));
    const [stdout, stderr, exit] = await Promise.all([
      collect(started.stdout, onLine === undefined ? undefined : (line) => onLine('stdout', line)),
      collect(started.stderr, onLine === undefined ? undefined : (line) => onLine('stderr', line)),
      started.exit,
    ]);
    return {
      command,
      code: exit.code,
      signal: exit.signal,
      stdout: stdout.text,
      stderr: stderr.text,
      truncated: stdout.truncated || stderr.truncated,
    };
  } finally {
    clearTimeout(timeout);
  }
}

function reveal(input: Input | undefined): string | Buffer {
  if (input === undefined) return '';
  return input instanceof Secret ? input.reveal() : input;
}

async function collect(
  stream: Readable,
  onLine?: (line: string) => void,
): Promise<{ text: string; truncated: boolean }> {
  const decoder = new StringDecoder('utf8');
  const kept: string[] = [];
  let keptBytes = 0;
  let tail = '';
  let droppedBytes = 0;
  const lines = onLine === undefined ? undefined : createLineSplitter(onLine);
  const take = (text: string, sizeBytes: number): void => {
    lines?.take(text);
    if (droppedBytes === 0 && keptBytes + sizeBytes <= MAX_OUTPUT_BYTES) {
      kept.push(text);
      keptBytes += sizeBytes;
      return;
    }
    droppedBytes += sizeBytes;
    tail = (tail + text).slice(-TAIL_CHARACTERS);
  };
  for await (const chunk of stream) take(decoder.write(chunk as Buffer), (chunk as Buffer).length);
  take(decoder.end(), 0);
  lines?.end();
  if (droppedBytes === 0) return { text: kept.join(''), truncated: false };
  return {
    text: `${kept.join('')}\n[… ${String(droppedBytes)} bytes, of which the last follow …]\n${tail}`,
    truncated: true,
  };
}

function createLineSplitter(onLine: (line: string) => void): { take: (text: string) => void; end: () => void } {
  let rest = '';
  return {
    take(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.replace(/\r$/, ''));
      // A line without end is handed on in pieces rather than kept.
      while (rest.length > MAX_LINE_CHARACTERS) {
        onLine(rest.slice(0, MAX_LINE_CHARACTERS));
        rest = rest.slice(MAX_LINE_CHARACTERS);
      }
    },
    end() {
      if (rest !== '') onLine(rest.replace(/\r$/, ''));
    },
  };
}

/** The last lines a person needs to see of a command that failed. */
export function lastLines(result: ExecResult): string[] {
  const text = result.stderr.trim() === '' ? result.stdout : `${result.stdout}\n${result.stderr}`;
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-LAST_LINES);
}

/**
 * Returns the result of a command that ended with 0.
 * @throws AppError `disk.full` or `command.killed` where the output shows that, else `command.failed`
 */
export function expectOk(result: ExecResult, doing?: string): ExecResult {
  if (result.code === 0) return result;
  const lines = lastLines(result);
  const killed = result.signal === 'SIGKILL' || result.code === 137;
  const full = lines.some((line) => /No space left on device|ENOSPC|Disk quota exceeded/i.test(line));
  const how = result.signal === null ? `code ${String(result.code)}` : result.signal;
  throw new AppError(full ? 'disk.full' : killed ? 'command.killed' : 'command.failed', {
    ...(full || killed ? {} : { message: `${doing ?? 'A command'} ended with ${how}.` }),
    details: {
      ...(doing === undefined ? {} : { doing }),
      command: formatCommand(result.command),
      exitCode: result.code,
      ...(result.signal === null ? {} : { signal: result.signal }),
      lastLines: lines,
    },
  });
}
