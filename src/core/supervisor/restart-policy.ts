/** Pause before the first restart; every further one in a row doubles it. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A gateway that has run this long was healthy: what went wrong before is forgotten. */
export const HEALTHY_AFTER_MS = 5 * 60_000;
/** Unasked ends in a row after which nobody believes in the next attempt: about five minutes of trying. */
export const CRASH_LIMIT = 10;
/**
 * What OpenClaw asks of whoever stops it: 315 s in which work under way may end, 10 s for its own clean-up and 5 s more
 * (gateway-shutdown-budget.mjs of its package, GATEWAY_SERVICE_STOP_TIMEOUT_MS). A gateway without work takes one or two.
 */
export const STOP_GRACE_MS = 330_000;
/** EX_CONFIG: OpenClaw refuses its configuration. Starting again changes nothing; its doctor may. */
export const EXIT_CONFIG = 78;

export interface RestartPolicy {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly healthyAfterMs: number;
  readonly crashLimit: number;
}

export const defaultRestartPolicy: RestartPolicy = {
  firstPauseMs: FIRST_PAUSE_MS,
  longestPauseMs: LONGEST_PAUSE_MS,
  healthyAfterMs: HEALTHY_AFTER_MS,
  crashLimit: CRASH_LIMIT,
};

/** What happened since the gateway was last healthy, or somebody asked for a start. */
export interface CrashHistory {
  readonly crashes: number;
  readonly repaired: boolean;
}

export const noHistory: CrashHistory = { crashes: 0, repaired: false };

/** `unknown`: it was adopted, and nobody but its parent is told how a process ended. */
export type ProcessEnd = { readonly code: number | null; readonly signal: string | null } | 'unknown';
/** `failure`: there was no process, for this reason. */
export type AttemptEnd = ProcessEnd | { readonly failure: string };

export type NextMove =
  | { readonly is: 'restart'; readonly afterMs: number; readonly because: string; readonly history: CrashHistory }
  | { readonly is: 'repair'; readonly because: string; readonly history: CrashHistory }
  | {
      readonly is: 'give-up';
      readonly because: string;
      readonly exitCode: number | undefined;
      readonly history: CrashHistory;
    };

/** What to do about a gateway that ended without being asked to. Pure. */
export function planNextMove(policy: RestartPolicy, before: CrashHistory, end: AttemptEnd, ranMs: number): NextMove {
  const fresh = ranMs >= policy.healthyAfterMs ? noHistory : before;
  const history = { ...fresh, crashes: fresh.crashes + 1 };
  const because = describeEnd(end);
  const exitCode = end !== 'unknown' && 'code' in end ? (end.code ?? undefined) : undefined;
  if (exitCode === EXIT_CONFIG) {
    if (!fresh.repaired) return { is: 'repair', because, history: { ...history, repaired: true } };
    return {
      is: 'give-up',
      because: `${because}, also after OpenClaw's doctor had repaired what it could`,
      exitCode,
      history,
    };
  }
  if (history.crashes >= policy.crashLimit) {
    return {
      is: 'give-up',
      because: `it ended ${history.crashes} times in a row, the last time: ${because}`,
      exitCode,
      history,
    };
  }
  const afterMs = Math.min(policy.firstPauseMs * 2 ** (history.crashes - 1), policy.longestPauseMs);
  return { is: 'restart', afterMs, because, history };
}

/** Pure. */
export function describeEnd(end: AttemptEnd): string {
  if (end === 'unknown') return 'it ended while nobody was watching how';
  if ('failure' in end) return `it could not be started: ${end.failure}`;
  if (end.signal !== null) return `it was ended by ${end.signal}`;
  if (end.code === EXIT_CONFIG) return 'it refused its configuration (exit code 78)';
  return `it ended with exit code ${String(end.code)}`;
}
