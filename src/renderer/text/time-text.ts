const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. Pure. */
export function formatTook(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(Math.max(0, ms) / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  if (ms < HOUR_MS) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(ms / MINUTE_MS);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

const sameYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const otherYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** `Today 14:03`, `3 Mar, 14:03`, `3 Mar 2024`. Pure. */
export function formatWhen(iso: string, now: Date): string {
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return `Today ${clock.format(at)}`;
  return at.getFullYear() === now.getFullYear() ? sameYear.format(at) : otherYear.format(at);
}

/** What a run or a step has taken so far. Pure. */
export function formatSpan(startedAt: string, endedAt: string | undefined, nowMs: number): string {
  const end = endedAt === undefined ? nowMs : Date.parse(endedAt);
  return formatTook(end - Date.parse(startedAt));
}

const MIB = 1024 ** 2;

/** `12 of 40 MB`, `3 of 9`, `12 MB`. Pure. */
export function formatProgress(progress: { done: number; total?: number; unit: 'bytes' | 'items' }): string {
  const show = (value: number): string => (progress.unit === 'bytes' ? (value / MIB).toFixed(1) : String(value));
  const unit = progress.unit === 'bytes' ? ' MB' : '';
  return progress.total === undefined
    ? `${show(progress.done)}${unit}`
    : `${show(progress.done)} of ${show(progress.total)}${unit}`;
}
