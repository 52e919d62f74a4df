import type { StatusLimits } from '../api-alerts.ts';
import type { InstanceStatus } from '../api-link.ts';
import { describeSpan } from '../../shared/alert-words.ts';
import { gone, off, on, type Verdict } from './verdict.ts';

/* What the stream of an instance's statuses says about it. All of it pure. */

export const statusLimits: StatusLimits = {
  downAfterMs: 90_000,
  startingAfterMs: 15 * 60_000,
  unreachableAfterMs: 3 * 60_000,
  upAfterMs: 20_000,
  restarts: 4,
  restartsWithinMs: 15 * 60_000,
};

type Health = 'up' | 'down' | 'unreachable' | 'starting' | 'none';

export interface StatusMemory {
  readonly health: Health;
  readonly because: string;
  readonly state: InstanceStatus['state'];
  /** Since when the gateway, or the machine, has not been well without a pause that counts. */
  readonly downSinceMs?: number;
  readonly unreachableSinceMs?: number;
  readonly upSinceMs?: number;
  /** When it began anew. */
  readonly starts: readonly number[];
  readonly uptimeMs?: number;
}

/** A machine that does not answer, or does not let us in: how the gateway is nobody knows then. */
function healthOf({ state, error }: InstanceStatus): Health {
  if (state === 'running') return 'up';
  if (state === 'starting') return 'starting';
  if (state === 'suspended' || state === 'not-deployed') return 'none';
  if (state !== 'unreachable') return 'down';
  // A store that is locked says nothing about the machine.
  if (error !== undefined && error.code.startsWith('secrets.')) return 'none';
  return error === undefined || /^(gateway|container)\./.test(error.code) ? 'down' : 'unreachable';
}

export function hearStatus(
  before: StatusMemory | undefined,
  status: InstanceStatus,
  nowMs: number,
  limits: StatusLimits,
): StatusMemory {
  const health = healthOf(status);
  const { state, because, uptimeMs } = status;
  const hasBegunAnew = before !== undefined && isNewStart(before, status, health);
  const starts = [...(before?.starts ?? []), ...(hasBegunAnew ? [nowMs] : [])].filter(
    (at) => at > nowMs - limits.restartsWithinMs,
  );
  const upSinceMs = health === 'up' ? (before?.upSinceMs ?? nowMs) : undefined;
  // Only a gateway that has answered for a while has been well.
  const wasWell = before?.upSinceMs !== undefined && nowMs - before.upSinceMs >= limits.upAfterMs;
  const earlierDown = wasWell ? undefined : before?.downSinceMs;
  const downSinceMs =
    health === 'down' || health === 'starting' ? (earlierDown ?? nowMs) : health === 'up' ? earlierDown : undefined;
  const unreachableSinceMs = health === 'unreachable' ? (before?.unreachableSinceMs ?? nowMs) : undefined;
  return {
    health,
    because,
    state,
    starts,
    ...(upSinceMs === undefined ? {} : { upSinceMs }),
    ...(downSinceMs === undefined ? {} : { downSinceMs }),
    ...(unreachableSinceMs === undefined ? {} : { unreachableSinceMs }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
  };
}

/** One start is told as `starting`, then as `running`: it counts once. */
function isNewStart(before: StatusMemory, { uptimeMs }: InstanceStatus, health: Health): boolean {
  if (health === 'starting') return before.health === 'up' || before.health === 'down';
  if (health !== 'up' || before.health === 'starting') return false;
  if (before.health === 'down') return true;
  return uptimeMs !== undefined && before.uptimeMs !== undefined && uptimeMs < before.uptimeMs;
}

export function judgeDown(
  memory: StatusMemory,
  nowMs: number,
  limits: StatusLimits,
  stoppedHere: boolean,
): Verdict | undefined {
  const { health, because, downSinceMs, upSinceMs = nowMs, state } = memory;
  if (health === 'up') return nowMs - upSinceMs >= limits.upAfterMs ? off : undefined;
  if (health === 'unreachable' || health === 'none' || downSinceMs === undefined) return undefined;
  // Whoever stopped it knows, and that it is up again would be no truth.
  if (state === 'stopped' && stoppedHere) return gone;
  // One that is about to answer is given its time: OpenClaw may have a lot to bring up to date.
  if (health === 'starting') {
    if (nowMs - downSinceMs < limits.startingAfterMs) return undefined;
    const spanned = describeSpan(limits.startingAfterMs);
    return on(
      'bad',
      sentence(`It has been starting for more than ${spanned}${because === '' ? '' : `: ${because}`}`, ''),
    );
  }
  if (nowMs - downSinceMs < limits.downAfterMs) return undefined;
  return on('bad', sentence(because, 'The gateway does not answer.'));
}

export function judgeUnreachable(
  { health, because, unreachableSinceMs }: StatusMemory,
  nowMs: number,
  limits: StatusLimits,
): Verdict | undefined {
  if (health === 'none') return undefined;
  if (health !== 'unreachable' || unreachableSinceMs === undefined) return off;
  if (nowMs - unreachableSinceMs < limits.unreachableAfterMs) return undefined;
  return on('bad', sentence(because, 'The machine does not answer.'));
}

/** Over when it has been up for a whole window, as far as whoever watches has seen. */
export function judgeRestarts(memory: StatusMemory, nowMs: number, limits: StatusLimits): Verdict | undefined {
  const { starts, health, upSinceMs = nowMs } = memory;
  const recent = starts.filter((at) => at > nowMs - limits.restartsWithinMs);
  if (recent.length === 0 && health === 'up' && nowMs - upSinceMs >= limits.restartsWithinMs) return off;
  if (recent.length < limits.restarts) return undefined;
  return on(
    'bad',
    `The gateway began anew ${String(recent.length)} times within ${describeSpan(limits.restartsWithinMs)}.`,
  );
}

function sentence(words: string, otherwise: string): string {
  const trimmed = words.trim();
  if (trimmed === '') return otherwise;
  const whole = `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
