/** Which part of time is shown. */
export type LogRange =
  | { readonly is: 'newest' }
  | { readonly is: 'last'; readonly minutes: number }
  /** As a field of a date and a time has it, of this computer's zone. Empty: open on that side. */
  | { readonly is: 'between'; readonly from: string; readonly to: string };

export interface RangeQuery {
  readonly since?: string;
  readonly until?: string;
  readonly follow: boolean;
}

/** Undefined: it begins after it ends. Pure, but for the time zone. */
export function readRange(range: LogRange, nowMs: number): RangeQuery | undefined {
  if (range.is === 'newest') return { follow: true };
  if (range.is === 'last') return { since: new Date(nowMs - range.minutes * 60_000).toISOString(), follow: true };
  const since = toMoment(range.from);
  const until = toMoment(range.to);
  if (since !== undefined && until !== undefined && since >= until) return undefined;
  return {
    follow: until === undefined,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

function toMoment(field: string): string | undefined {
  const ms = field === '' ? Number.NaN : new Date(field).getTime();
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
