import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { runIdSchema } from '../../shared/model/ids.ts';
import { runEventSchema, type RunEvent, type RunEventBody, type RunSnapshot } from '../../shared/model/run.ts';
import { reduceRun } from '../../shared/run-reducer.ts';
import { processIdentitySchema, type ProcessIdentity } from '../system/process-identity.ts';

/*
 * The log of a run is a file of JSON lines: a header that says whose it is, the events, and, where the run ended in good
 * order, a footer with the snapshot that they fold to (so that a list need not fold them again).
 */
const JOURNAL_VERSION = 1;

/** Longest text that is kept of a spoken line or of a word in an error: more is a file, not a message. */
export const MAX_TEXT_BYTES = 4096;
const CUT_MARK = ' … [cut]';

const headerSchema = z.looseObject({ journal: z.int().min(1), runId: runIdSchema, process: processIdentitySchema });
/** A footer is our own: what is checked is that it is one, and whole. */
const endedSchema = z.looseObject({
  runId: runIdSchema,
  status: z.enum(['succeeded', 'failed', 'cancelled']),
  steps: z.array(z.looseObject({ id: z.string() })),
});
const footerSchema = z.strictObject({ footer: z.custom<RunSnapshot>((value) => endedSchema.safeParse(value).success) });

export interface JournalHeader {
  readonly runId: string;
  readonly process: ProcessIdentity;
}

export function formatHeader({ runId, process }: JournalHeader): string {
  return `${JSON.stringify({ journal: JOURNAL_VERSION, runId, process })}\n`;
}

export function formatFooter(snapshot: RunSnapshot): string {
  // Lists show no output, and without it a footer is small.
  return `${JSON.stringify({ footer: { ...snapshot, steps: snapshot.steps.map((step) => ({ ...step, lastLines: [] })) } })}\n`;
}

/** Undefined: the process died before it had written the line. @throws AppError `state.newer` */
export function parseHeader(line: string): JournalHeader | undefined {
  const parsed = headerSchema.safeParse(parseJson(line));
  if (!parsed.success) return undefined;
  if (parsed.data.journal > JOURNAL_VERSION)
    throw new AppError('state.newer', { details: { version: parsed.data.journal } });
  return { runId: parsed.data.runId, process: parsed.data.process };
}

/** The snapshot of a run that ended in good order, from the last lines of its log. */
export function parseFooter(tail: string): RunSnapshot | undefined {
  if (!tail.endsWith('\n')) return undefined;
  const line = tail.slice(tail.lastIndexOf('\n', tail.length - 2) + 1);
  const parsed = footerSchema.safeParse(parseJson(line));
  return parsed.success ? parsed.data.footer : undefined;
}

export interface FoldedLog {
  /** Undefined: not even `run.started` was written. */
  readonly snapshot: RunSnapshot | undefined;
  /** Time of the last event. */
  readonly lastAt: string | undefined;
  /** Why what follows was left out; a last line that was cut short by a crash is nothing unusual. */
  readonly broken: string | undefined;
}

/** Folds the events of a whole log, up to the first line that cannot be read. Pure. */
export function foldLog(text: string): FoldedLog {
  const lines = text.split('\n').slice(1);
  // What comes after the last line break was not written to its end.
  lines.pop();
  let snapshot: RunSnapshot | undefined;
  let lastAt: string | undefined;
  for (const [index, line] of lines.entries()) {
    const json = parseJson(line);
    if (footerSchema.safeParse(json).success) break;
    const parsed = runEventSchema.safeParse(json);
    if (!parsed.success) return { snapshot, lastAt, broken: `Line ${index + 2} is not an event.` };
    if (snapshot === undefined && parsed.data.type !== 'run.started')
      return { snapshot, lastAt, broken: 'The log does not begin with run.started.' };
    const folded = reduceRun(snapshot, parsed.data);
    if (folded.is === 'gap') return { snapshot, lastAt, broken: `Event ${folded.expected} is missing.` };
    snapshot = folded.snapshot;
    lastAt = parsed.data.at;
  }
  return { snapshot, lastAt, broken: undefined };
}

/** A run whose process has died, as it is shown: its last step did not go on, and nobody wrote so. Pure. */
export function interrupt(snapshot: RunSnapshot, lastAt: string | undefined): RunSnapshot {
  const error = new AppError('run.interrupted').toReport();
  const endedAt = lastAt ?? snapshot.startedAt;
  return {
    ...snapshot,
    status: 'failed',
    error,
    endedAt,
    steps: snapshot.steps.map((step) =>
      step.status === 'running' ? { ...step, status: 'failed', error, endedAt } : step,
    ),
  };
}

export function isLast(event: RunEvent | RunEventBody): boolean {
  return event.type === 'run.succeeded' || event.type === 'run.failed' || event.type === 'run.cancelled';
}

/** Details of errors are a few levels deep; one that holds itself must not end the run that reports it. */
const MAX_DEPTH = 12;

/**
 * An event as it is written and told: plain JSON, none of whose texts is longer than `MAX_TEXT_BYTES`, so that nobody who
 * listens gets hold of a live object that somebody put into the details of an error. Pure.
 */
export function boundEvent(body: RunEventBody): RunEventBody {
  return toBoundJson(body, 0) as RunEventBody;
}

function toBoundJson(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cutText(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return undefined;
  if (depth > MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((part) => toBoundJson(part, depth + 1) ?? null);
  if (hasJsonForm(value)) return toBoundJson(value.toJSON(), depth + 1);
  const parts = Object.entries(value).map(([key, part]) => [key, toBoundJson(part, depth + 1)] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** Cut by bytes, and never within a character. */
export function cutText(text: string): string {
  if (text.length * 3 <= MAX_TEXT_BYTES || Buffer.byteLength(text) <= MAX_TEXT_BYTES) return text;
  const room = MAX_TEXT_BYTES - Buffer.byteLength(CUT_MARK);
  const kept = new TextDecoder().decode(Buffer.from(text).subarray(0, room), { stream: true });
  return `${kept}${CUT_MARK}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
