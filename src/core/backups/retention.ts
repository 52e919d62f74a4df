import type { Backup, Retention } from '../../shared/model/backup.ts';

type Period = 'daily' | 'weekly' | 'monthly';
const PERIODS: readonly Period[] = ['daily', 'weekly', 'monthly'];

/**
 * Which backups of one instance are to go: all but the last ones, the newest of each of the last days, weeks and months that have
 * one, and those that are pinned. Periods without a backup do not count, so that time alone takes nothing away; nor does what was
 * made by a clock that was ahead. What lies on its machine alone was removed by a person, and goes. In the local time of whoever asks. Pure.
 */
export function listExpired(backups: readonly Backup[], keep: Retention, nowMs: number): Backup[] {
  const isRemoved = ({ copies }: Backup): boolean => copies.every(({ at }) => at === 'machine');
  const past = backups
    .filter((backup) => backup.pinned !== true && Date.parse(backup.createdAt) <= nowMs && !isRemoved(backup))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? -1 : 1));
  const kept = new Set(past.slice(0, keep.last));
  for (const period of PERIODS) {
    const seen = new Set<string>();
    for (const backup of past) {
      if (seen.size === keep[period]) break;
      const name = nameOf(period, new Date(backup.createdAt));
      if (!seen.has(name)) kept.add(backup);
      seen.add(name);
    }
  }
  return [...past.filter((backup) => !kept.has(backup)), ...backups.filter(isRemoved)];
}

/** The same for all moments of one period, and for no others. */
function nameOf(period: Period, at: Date): string {
  const month = `${String(at.getFullYear())}-${String(at.getMonth() + 1)}`;
  if (period === 'monthly') return month;
  if (period === 'daily') return `${month}-${String(at.getDate())}`;
  // Weeks begin on Monday, and are named by it.
  const monday = new Date(at.getFullYear(), at.getMonth(), at.getDate() - ((at.getDay() + 6) % 7));
  return nameOf('daily', monday);
}
