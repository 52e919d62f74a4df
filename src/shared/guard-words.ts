import type { Guard, GuardRule } from './model/guard.ts';

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Memory and what is kept for an instance, in powers of 1024, as engines and kernels count: 2 GB. Pure. */
export function formatBinarySize(sizeBytes: number): string {
  let size = Math.max(0, sizeBytes);
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${String(Math.round(size * 10) / 10)} ${UNITS[unit] ?? ''}`;
}

/** `90 s`, `5 min`, `1 h`: exact, in the largest unit that divides it. Pure. */
export function formatWindow(seconds: number): string {
  if (seconds % 3600 === 0) return `${String(seconds / 3600)} h`;
  return seconds % 60 === 0 ? `${String(seconds / 60)} min` : `${String(seconds)} s`;
}

/** The limits of a guard in words, those that are set: "CPU above 90 % for 5 min". Pure. */
export function describeGuard({ cpu, memory, restarts, requests, disk }: Guard): { rule: GuardRule; words: string }[] {
  const lasting = (what: string, limit: NonNullable<Guard['cpu']>): string =>
    `${what} above ${String(limit.abovePercent)} % for ${formatWindow(limit.forSeconds)}`;
  const counted = (what: string, limit: NonNullable<Guard['restarts']>): string =>
    `more than ${String(limit.above)} ${what}${limit.above === 1 ? '' : 's'} within ${formatWindow(limit.withinSeconds)}`;
  return [
    ...(cpu === undefined ? [] : [{ rule: 'cpu' as const, words: lasting('CPU', cpu) }]),
    ...(memory === undefined ? [] : [{ rule: 'memory' as const, words: lasting('memory', memory) }]),
    ...(restarts === undefined ? [] : [{ rule: 'restarts' as const, words: counted('restart', restarts) }]),
    ...(requests === undefined ? [] : [{ rule: 'requests' as const, words: counted('request', requests) }]),
    ...(disk === undefined
      ? []
      : [{ rule: 'disk' as const, words: `more than ${formatBinarySize(disk.aboveBytes)} on disk` }]),
  ];
}
