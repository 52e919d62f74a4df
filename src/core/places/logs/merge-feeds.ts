import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError, toAppError } from '../../../shared/app-error.ts';
import { isAtLeast } from '../../../shared/log-level.ts';
import { compileSearch } from '../../../shared/log-pattern.ts';
import { formatEntry, logSources, type LogEntry, type LogQuery, type LogSource } from '../../../shared/model/log.ts';
import { cleanText } from './clean-text.ts';
import { isAborted, narrowQuery, type Emit, type LogFeed } from './log-feed.ts';

/** While following, so long a line waits for older ones from slower sources. */
const REORDER_MS = 200;
/** What is there already is whole when nothing more came for so long… */
const QUIET_MS = 400;
/** …and everybody has spoken, or had this long to begin. */
const SILENT_MS = 2_500;
/** A person waits no longer for the first lines. */
const BACKLOG_MS = 8_000;
/** Of lines that wait to be taken: then the machines are held back. */
const MOST_WAITING = 4_000;

export interface MergeOptions {
  readonly feeds: readonly LogFeed[];
  readonly query: LogQuery;
  readonly signal: AbortSignal;
  readonly strike: (text: string) => string;
  /** Leaves out what is another instance's. */
  readonly isOurs?: (entry: LogEntry) => boolean;
  readonly now?: () => Date;
}

/**
 * All feeds as one, a JSON line an entry, in the order of their times: first the newest of what is there, then, where it is
 * followed, what comes. A feed that breaks says so in an entry, and the others go on; when all have broken the stream ends with
 * the reason of the first.
 */
export function mergeFeeds(options: MergeOptions): Readable {
  const leaving = new AbortController();
  const signal = AbortSignal.any([options.signal, leaving.signal]);
  // Whoever lets go of the lines before their end wants no more of them.
  const stream = Readable.from(merge({ ...options, signal }), { objectMode: false, highWaterMark: 64 * 1024 });
  stream.once('close', () => leaving.abort());
  const onAbort = (): void => void stream.destroy();
  if (options.signal.aborted) onAbort();
  else options.signal.addEventListener('abort', onAbort, { once: true });
  stream.once('close', () => options.signal.removeEventListener('abort', onAbort));
  return stream;
}

async function* merge(options: MergeOptions): AsyncGenerator<Buffer> {
  const { feeds, query, signal, now = () => new Date() } = options;
  const isWanted = createFilter(options);
  const waiting = new Waiting(query.lines);
  const errors: unknown[] = [];
  const silent = new Set<LogFeed>();
  let open = 0;

  const emitOf =
    (feed: LogFeed): Emit =>
    (entries) => {
      silent.delete(feed);
      const wanted: LogEntry[] = [];
      for (const entry of entries) {
        const clean = { ...entry, text: options.strike(cleanText(entry.text)) };
        if (isWanted(clean)) wanted.push(clean);
      }
      return waiting.add(wanted);
    };
  const say = (source: LogSource, level: LogEntry['level'], text: string): void =>
    void waiting.add([{ at: now().toISOString(), source, level, text }]);

  const covered = new Set(feeds.flatMap((feed) => feed.sources));
  for (const source of query.sources ?? []) if (!covered.has(source)) say(source, 'info', ABSENT[source]);

  for (const feed of feeds) {
    const asked = narrowQuery(query, feed.sources);
    const [first] = asked.sources;
    if (first === undefined) continue;
    open += 1;
    silent.add(feed);
    const fail = (error: unknown): void => {
      if (signal.aborted) return;
      errors.push(error);
      say(first, 'warn', `This log cannot be read: ${toAppError(error).message}`);
    };
    feed
      .read(asked, emitOf(feed), signal)
      .catch(fail)
      .finally(() => {
        open -= 1;
        silent.delete(feed);
        waiting.wake();
      });
  }
  const asked = open;
  // Without the way to the machine nothing more will come, whatever this computer itself still has to say.
  const findEnd = (): unknown =>
    errors.find((error) => LOST.some((code) => isAppError(error, code))) ??
    (asked > 0 && errors.length === asked ? errors[0] : undefined);

  const isFollowing = query.follow && query.until === undefined;
  const began = Date.now();
  const isWhole = (): boolean => {
    const elapsedMs = Date.now() - began;
    if (elapsedMs > BACKLOG_MS) return true;
    return waiting.quietForMs() > QUIET_MS && (silent.size === 0 || elapsedMs > SILENT_MS);
  };
  try {
    while (open > 0 && !isAborted(signal) && !(isFollowing && isWhole()) && findEnd() === undefined)
      await waiting.pause(isFollowing ? QUIET_MS / 2 : 60_000, signal);
    yield* pieces(waiting.takeNewest());
    waiting.follow();
    for (;;) {
      if (isAborted(signal)) return;
      const end = findEnd();
      if (end !== undefined) throw toAppError(end);
      if (open === 0 && waiting.isEmpty) return;
      if (open > 0) await waiting.pause(REORDER_MS, signal);
      yield* pieces(waiting.takeAll());
    }
  } finally {
    // Who waits for room is let go: there is nobody left to take what it has.
    waiting.close();
  }
}

/** The way to the machine is gone. */
const LOST = ['host.connection-lost', 'engine.unreachable'] as const;

const ABSENT: Readonly<Record<LogSource, string>> = {
  gateway: 'There is no gateway here.',
  service: 'Nothing here keeps a log of the service.',
  caddy: 'There is no proxy here.',
  installer: 'Nothing was installed from here.',
  audit: 'There is no audit log here.',
};

function createFilter({ query, isOurs = () => true }: MergeOptions): (entry: LogEntry) => boolean {
  const sources = new Set(query.sources ?? logSources);
  const find = query.grep === undefined ? undefined : compileSearch(query.grep);
  const { since, until, level } = query;
  const from = since === undefined ? undefined : new Date(since).toISOString();
  const to = until === undefined ? undefined : new Date(until).toISOString();
  return (entry) =>
    sources.has(entry.source) &&
    (from === undefined || entry.at >= from) &&
    (to === undefined || entry.at <= to) &&
    (level === undefined || isAtLeast(entry.level, level)) &&
    (find === undefined || find(entry.text, 0) !== undefined) &&
    isOurs(entry);
}

/** Few large pieces: each costs a turn of the event loop at every door. */
const PIECE_ENTRIES = 500;

function* pieces(entries: readonly LogEntry[]): Generator<Buffer> {
  for (let at = 0; at < entries.length; at += PIECE_ENTRIES)
    yield Buffer.from(
      entries
        .slice(at, at + PIECE_ENTRIES)
        .map(formatEntry)
        .join(''),
    );
}

/** Entries on their way: of what was there the newest alone, then all that come, and no more than can be taken. */
class Waiting {
  readonly #most: number;
  #entries: LogEntry[] = [];
  #isFollowing = false;
  #isClosed = false;
  #lastAt = Date.now();
  #wake: (() => void) | undefined;
  #room: { readonly promise: Promise<void>; readonly open: () => void } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(entries: readonly LogEntry[]): Promise<void> {
    this.#lastAt = Date.now();
    if (!this.#isClosed) for (const entry of entries) this.#entries.push(entry);
    if (!this.#isFollowing) {
      if (this.#entries.length > 2 * this.#most + MOST_WAITING) this.#entries = this.#newest();
      return Promise.resolve();
    }
    if (this.#isClosed || this.#entries.length < MOST_WAITING) return Promise.resolve();
    this.wake();
    if (this.#room === undefined) {
      let opening = (): void => undefined;
      const promise = new Promise<void>((resolve) => (opening = resolve));
      this.#room = { promise, open: () => opening() };
    }
    return this.#room.promise;
  }

  quietForMs(): number {
    return Date.now() - this.#lastAt;
  }

  wake(): void {
    this.#wake?.();
  }

  /** Until something is over, or so long. */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(ms, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined);
    this.#wake = undefined;
  }

  takeNewest(): readonly LogEntry[] {
    const newest = this.#newest();
    this.#entries = [];
    return newest;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  close(): void {
    this.#isClosed = true;
    this.takeAll();
  }

  follow(): void {
    this.#isFollowing = true;
  }

  takeAll(): readonly LogEntry[] {
    const all = inOrder(this.#entries);
    this.#entries = [];
    this.#room?.open();
    this.#room = undefined;
    return all;
  }

  #newest(): LogEntry[] {
    return this.#most === 0 ? [] : inOrder(this.#entries).slice(-this.#most);
  }
}

/** Stable: what one source says at one moment stays as it was said. */
function inOrder(entries: LogEntry[]): LogEntry[] {
  return entries.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}
