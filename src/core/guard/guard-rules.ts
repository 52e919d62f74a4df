import type { Guard, GuardRule } from '../../shared/model/guard.ts';
import type { UsageReading } from '../links/usage-reading.ts';

/** Readings of one value that are further apart have something between them that nobody has seen. */
export const MAX_PAUSE_MS = 60_000;

/** What is remembered of an instance from one reading to the next; nothing else is, and a crash loses it. */
export interface GuardMemory {
  readonly cpu?: Stretch;
  readonly memory?: Stretch;
  readonly restarts: Tally;
  readonly requests: Tally;
}

/** The unbroken time above a limit, from the first to the last reading that knew. */
interface Stretch {
  readonly since: number;
  readonly seenAt: number;
}

/** A counter as it was read last, and how much it has grown lately. */
interface Tally {
  readonly count?: number;
  readonly grown: readonly { readonly at: number; readonly by: number }[];
}

export const blankMemory: GuardMemory = { restarts: { grown: [] }, requests: { grown: [] } };

export interface GuardVerdict {
  readonly memory: GuardMemory;
  /** The limits that this reading is beyond; none: it may go on. */
  readonly broken: readonly GuardRule[];
}

/** What one more reading means for an instance with these limits. Pure. */
export function judgeReading(before: GuardMemory, reading: UsageReading, guard: Guard): GuardVerdict {
  const { at } = reading;
  const cpu = followStretch(before.cpu, at, reading.cpu, guard.cpu);
  const memory = followStretch(before.memory, at, reading.memory, guard.memory);
  const restarts = followCount(before.restarts, at, reading.restarts, guard.restarts);
  const requests = followCount(before.requests, at, reading.requests, guard.requests);
  const { disk } = guard;
  return {
    memory: {
      ...(cpu === undefined ? {} : { cpu }),
      ...(memory === undefined ? {} : { memory }),
      restarts,
      requests,
    },
    broken: [
      ...(lasts(cpu, guard.cpu) ? ['cpu' as const] : []),
      ...(lasts(memory, guard.memory) ? ['memory' as const] : []),
      ...(exceeds(restarts, guard.restarts) ? ['restarts' as const] : []),
      ...(exceeds(requests, guard.requests) ? ['requests' as const] : []),
      ...(disk !== undefined && (reading.diskBytes ?? 0) > disk.aboveBytes ? ['disk' as const] : []),
    ],
  };
}

/** A reading that does not say how it is ends no stretch and begins none. */
function followStretch(
  before: Stretch | undefined,
  at: number,
  share: number | undefined,
  limit: Guard['cpu'],
): Stretch | undefined {
  if (limit === undefined) return undefined;
  // Time that goes backwards, or in which nobody knew: what was above the limit then need not have stayed there.
  const isUnbroken = before !== undefined && at >= before.seenAt && at - before.seenAt <= MAX_PAUSE_MS;
  const stretch = isUnbroken ? before : undefined;
  if (share === undefined) return stretch;
  return share * 100 > limit.abovePercent ? { since: stretch?.since ?? at, seenAt: at } : undefined;
}

function lasts(stretch: Stretch | undefined, limit: Guard['cpu']): boolean {
  return stretch !== undefined && limit !== undefined && stretch.seenAt - stretch.since >= limit.forSeconds * 1000;
}

function followCount(before: Tally, at: number, count: number | undefined, limit: Guard['restarts']): Tally {
  if (limit === undefined) return { grown: [] };
  const from = at - limit.withinSeconds * 1000;
  const grown = before.grown.filter((growth) => growth.at > from && growth.at <= at);
  if (count === undefined) return { ...before, grown };
  // Nobody knows when that happened which was counted before the first reading. A count that is smaller has begun anew.
  const by = before.count === undefined ? 0 : count >= before.count ? count - before.count : count;
  return { count, grown: by === 0 ? grown : [...grown, { at, by }] };
}

function exceeds({ grown }: Tally, limit: Guard['restarts']): boolean {
  return limit !== undefined && grown.reduce((sum, { by }) => sum + by, 0) > limit.above;
}
