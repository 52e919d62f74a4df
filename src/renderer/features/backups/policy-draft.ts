import { formatDestination, parseDestination } from '../../../shared/backup-words.ts';
import {
  backupPolicySchema,
  retentionSchema,
  type BackupPolicy,
  type Destination,
  type Retention,
} from '../../../shared/model/backup.ts';
import { readNumber } from '../../read-number.ts';
import { text } from '../../text/index.ts';
import { buildSchedule, readSchedule, type ScheduleDraft } from './schedule-draft.ts';

const words = text.backups.policy;

export const keepNames = ['last', 'daily', 'weekly', 'monthly'] as const satisfies readonly (keyof Retention)[];
export type KeepName = (typeof keepNames)[number];
/** The fewest and the most of each. */
const bounds: Readonly<Record<KeepName, readonly [number, number]>> = {
  last: [1, 1000],
  daily: [0, 366],
  weekly: [0, 260],
  monthly: [0, 120],
};
export const MOST_PLACES = 5;

/** Places have no name but what is typed, which another one may be tomorrow. */
export interface PlaceDraft {
  readonly id: number;
  readonly typed: string;
}

export interface PolicyDraft extends ScheduleDraft {
  readonly keep: Readonly<Record<KeepName, string>>;
  readonly places: readonly PlaceDraft[];
}

export interface PolicyErrors {
  readonly keep?: Readonly<Partial<Record<KeepName, string>>>;
  /** By the place's id. */
  readonly places?: Readonly<Record<number, string>>;
}

/** Pure. */
export function readPolicy(policy: BackupPolicy = backupPolicySchema.parse({})): PolicyDraft {
  const { schedule, keep, destinations } = policy;
  return {
    ...readSchedule(schedule),
    keep: {
      last: String(keep.last),
      daily: String(keep.daily),
      weekly: String(keep.weekly),
      monthly: String(keep.monthly),
    },
    places: destinations.map((destination, id) => ({ id, typed: formatDestination(destination) })),
  };
}

/** Pure. */
export function addPlace(places: readonly PlaceDraft[]): readonly PlaceDraft[] {
  return [...places, { id: Math.max(-1, ...places.map(({ id }) => id)) + 1, typed: '' }];
}

/** Undefined: that is no place. Pure. */
export function readPlace(typed: string): Destination | undefined {
  try {
    return parseDestination(typed.trim());
  } catch {
    return undefined;
  }
}

/** Empty lines are no places. Pure. */
export function checkPolicy({ keep, places }: PolicyDraft): PolicyErrors {
  const wrongKeep = keepNames.filter((name) => !retentionSchema.shape[name].safeParse(readNumber(keep[name])).success);
  const wrongPlaces = places.flatMap(({ id, typed }) =>
    typed.trim() === '' || readPlace(typed) !== undefined ? [] : [id],
  );
  return {
    ...(wrongKeep.length === 0
      ? {}
      : { keep: Object.fromEntries(wrongKeep.map((name) => [name, words.between(...bounds[name])])) }),
    ...(wrongPlaces.length === 0
      ? {}
      : { places: Object.fromEntries(wrongPlaces.map((id) => [id, words.placeWrong])) }),
  };
}

/** Pure. The draft has passed `checkPolicy`. @param before servers that are known with more than an address holds, as jump hosts */
export function buildPolicy({ keep, places, ...typed }: PolicyDraft, before?: BackupPolicy): BackupPolicy {
  const schedule = buildSchedule(typed);
  const known = new Map(before?.destinations.map((destination) => [formatDestination(destination), destination]));
  return {
    ...(schedule === undefined ? {} : { schedule }),
    keep: {
      last: readNumber(keep.last),
      daily: readNumber(keep.daily),
      weekly: readNumber(keep.weekly),
      monthly: readNumber(keep.monthly),
    },
    destinations: places.flatMap(({ typed: place }) => known.get(place.trim()) ?? readPlace(place) ?? []),
  };
}
