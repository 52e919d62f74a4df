const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `0.4 s`, `42 s`, `1 min 12 s`, `3 h 5 min`, `4 days`: as exact as a person cares. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 9950) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < MINUTE_MS - SECOND_MS / 2) return `${String(Math.round(ms / SECOND_MS))} s`;
  if (ms < HOUR_MS) return join(Math.round(ms / SECOND_MS), 60, 'min', 's');
  if (ms < DAY_MS) return join(Math.round(ms / MINUTE_MS), 60, 'h', 'min');
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? '1 day' : `${String(days)} days`;
}

function join(small: number, size: number, bigUnit: string, smallUnit: string): string {
  const rest = small % size;
  const big = `${String(Math.floor(small / size))} ${bigUnit}`;
  return rest === 0 ? big : `${big} ${String(rest)} ${smallUnit}`;
}

/** `just now`, `5 min ago`, `2 days ago`. */
export function formatAge(atMs: number, nowMs: number): string {
  const ms = nowMs - atMs;
  if (ms < MINUTE_MS) return 'just now';
  if (ms < HOUR_MS) return `${String(Math.floor(ms / MINUTE_MS))} min ago`;
  if (ms < DAY_MS) return `${String(Math.floor(ms / HOUR_MS))} h ago`;
  return `${formatDuration(ms)} ago`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as disks and networks are sold. */
export function formatBytes(sizeBytes: number): string {
  let size = Math.max(0, sizeBytes);
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit > 0 && size < 9.95 ? size.toFixed(1) : size.toFixed(0)} ${UNITS[unit] ?? ''}`;
}

export function formatProgress(progress: {
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'items';
}): string {
  const { done, total, unit } = progress;
  const format = unit === 'bytes' ? formatBytes : String;
  if (total === undefined || total <= 0) return format(done);
  const percent = Math.min(100, Math.floor((done / total) * 100));
  return `${format(done)} of ${format(total)}, ${String(percent)} %`;
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
