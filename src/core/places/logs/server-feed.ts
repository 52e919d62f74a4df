import type { Readable } from 'node:stream';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import type { LogEntry } from '../../../shared/model/log.ts';
import { queryScript } from '../../host/command.ts';
import type { Host } from '../../host/host.ts';
import { CADDY_UNIT } from '../../ingress/caddy-layout.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import { isOfSite } from './caddy-site.ts';
import type { Emit, FeedQuery, LogFeed } from './log-feed.ts';
import { parseJournalLine } from './parse-journal.ts';
import { createLineCutter, createTextParser } from './parse-text.ts';
import { READ_LOGS, READ_OWN } from './server-script.ts';

/** The journal and the files of a server: one program there, one round trip. @param siteHost that visitors type */
export function serverFeed(host: Host, layout: ServerLayout, siteHost: string | undefined): LogFeed {
  return {
    sources: ['gateway', 'service', 'caddy', 'installer', 'audit'],
    read: (query, emit, signal) => readServer(host, layout, siteHost, query, emit, signal),
  };
}

/** The audit log of a server, for an instance in a container there. */
export function serverAuditFeed(host: Host, layout: ServerLayout): LogFeed {
  return {
    sources: ['audit'],
    read: (query, emit, signal) => readServer(host, layout, undefined, query, emit, signal),
  };
}

async function readServer(
  host: Host,
  layout: ServerLayout,
  siteHost: string | undefined,
  query: FeedQuery,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // Root reads the journal of every account; the account itself may not be in the group that can.
  const script = queryScript(
    READ_LOGS,
    [
      layout.user,
      layout.unit,
      query.lines,
      query.follow ? 'follow' : '',
      journalTime(query.since),
      journalTime(query.until),
      [...query.sources].join(' '),
      layout.auditLog,
      layout.stateDir,
      READ_OWN,
    ],
    { runAs: 'root', env: { LC_ALL: 'C.UTF-8' } },
  );
  const child = await host.spawn(script);
  // Standard input is what it lives by: at its end it ends what it has started.
  const stop = (): void => void child.stdin.end();
  if (signal.aborted || !query.follow) stop();
  signal.addEventListener('abort', stop, { once: true });
  const names = { unit: layout.unit, caddyUnit: CADDY_UNIT };
  const journal = async (): Promise<void> =>
    readLines(child.stdout, emit, signal, (line) => {
      const entry = parseJournalLine(line, names, new Date().toISOString());
      // Only the message is asked about its host: the rest of the line is journald's.
      return entry?.source === 'caddy' && !isOfSite(entry.text, siteHost) ? undefined : entry;
    });
  try {
    const ended = child.exit.then(
      ({ code }) => {
        if (code !== 0 && !signal.aborted)
          throw new AppError('command.failed', {
            message: 'The logs of the server cannot be read.',
            details: { exitCode: code },
          });
      },
      (error: unknown) => {
        if (!signal.aborted) throw toAppError(error);
      },
    );
    await Promise.all([journal(), readLines(child.stderr, emit, signal, createFileParser()), ended]);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Lines as `a 1795000000 the line`: whose, when its file was last written, and what it says. */
export function createFileParser(): (line: string) => LogEntry | undefined {
  const parsers = new Map<string, (line: string) => LogEntry | undefined>();
  return (line) => {
    const found = /^([ai]) (\d+) (.*)$/s.exec(line);
    if (found === null) return undefined;
    const [, mark = '', seconds = '0', text = ''] = found;
    const key = `${mark} ${seconds}`;
    let parse = parsers.get(key);
    if (parse === undefined) {
      const firstAt = seconds === '0' ? new Date() : new Date(Number(seconds) * 1000);
      parse = createTextParser(mark === 'a' ? 'audit' : 'installer', firstAt.toISOString());
      parsers.set(key, parse);
    }
    return parse(text);
  };
}

/** Hands lines on piece by piece, no faster than they are taken. */
export async function readLines(
  stream: Readable,
  emit: Emit,
  signal: AbortSignal,
  parse: (line: string) => LogEntry | undefined,
): Promise<void> {
  const cut = createLineCutter();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (signal.aborted) continue;
      const entries = cut(chunk).flatMap((line) => parse(line) ?? []);
      if (entries.length > 0) await emit(entries);
    }
    const rest = cut('\n').flatMap((line) => parse(line) ?? []);
    if (rest.length > 0 && !signal.aborted) await emit(rest);
  } catch (error) {
    if (!signal.aborted) throw toAppError(error);
  }
}

function journalTime(at: string | undefined): string {
  return at === undefined ? '' : `@${(Date.parse(at) / 1000).toFixed(3)}`;
}
