import type { LogEntry, LogQuery, LogSource } from '../../../shared/model/log.ts';

/** What a feed is asked for: of the query only what the machine can spare to send. */
export interface FeedQuery {
  readonly sources: ReadonlySet<LogSource>;
  readonly since?: string;
  readonly until?: string;
  /** Of each of what it reads, the newest. */
  readonly lines: number;
  readonly follow: boolean;
}

/**
 * Settles when the reader can take more: whoever waits for it holds the machine back. Nothing at all says that what is there
 * already has been told.
 */
export type Emit = (entries: readonly LogEntry[]) => Promise<void>;

/** Reads logs of one kind at one place, until their end or until the signal aborts. */
export interface LogFeed {
  readonly sources: readonly LogSource[];
  /** @throws AppError where it cannot be read */
  read(query: FeedQuery, emit: Emit, signal: AbortSignal): Promise<void>;
}

/** As a function: the compiler does not know that others abort it meanwhile. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** How many lines are looked through for those that are wanted: a rare word is not among the last hundred. */
const SEARCHED_LINES = 20_000;

/** Pure. */
export function narrowQuery(query: LogQuery, sources: readonly LogSource[]): FeedQuery {
  const { since, until, lines, level, grep } = query;
  const isFiltered = level !== undefined || grep !== undefined;
  return {
    sources: new Set(sources.filter((source) => query.sources?.includes(source) ?? true)),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    lines: isFiltered && lines > 0 ? Math.max(lines, SEARCHED_LINES) : lines,
    follow: query.follow && until === undefined,
  };
}
