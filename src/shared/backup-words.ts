import { AppError } from './app-error.ts';
import {
  destinationSchema,
  type BackupCopy,
  type BackupReason,
  type BackupSchedule,
  type Destination,
  type Retention,
} from './model/backup.ts';
import { formatHop, parseTarget } from './model/target.ts';

/* How backups are written and read at every door. All pure. */

const SFTP = /^sftp:\/\/([^/]+)(\/.*)?$/i;

/** `/mnt/nas/backups`, `sftp://USER@HOST:PORT/PATH`: as a person types it, and as it is shown. */
export function formatDestination(destination: Destination): string {
  return destination.kind === 'folder'
    ? destination.path
    : `sftp://${formatHop(destination.server)}${destination.path}`;
}

/** What `formatDestination` writes. @throws AppError `usage.invalid` */
export function parseDestination(text: string): Destination {
  const sftp = SFTP.exec(text);
  if (sftp === null) return checked(text, { kind: 'folder', path: text });
  const [, place = '', path = ''] = sftp;
  const server = parseTarget(`ssh://${place}`);
  if (path === '' || path === '/') {
    throw new AppError('usage.invalid', {
      message: 'The folder on the SFTP server is missing.',
      hint: 'It is written sftp://USER@HOST:PORT/PATH, with the whole path of the folder.',
    });
  }
  return checked(text, { kind: 'sftp', server, path });
}

function checked(text: string, value: unknown): Destination {
  const parsed = destinationSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('usage.invalid', {
    message: `${text}: ${parsed.error.issues[0]?.message ?? ''}`,
    hint: 'Backups go to a folder of this computer, /WHOLE/PATH, or to sftp://USER@HOST:PORT/PATH.',
  });
}

const folderOf = (path: string): string => path.replace(/(?!^)[\\/][^\\/]*$/, '');

/** Where one copy lies, in the fewest words: the folder, not the file in it. */
export function describeCopy(copy: BackupCopy): string {
  switch (copy.at) {
    case 'machine':
      return 'its machine';
    case 'here':
      return 'here';
    case 'folder':
      return folderOf(copy.path);
    case 'sftp':
      return `sftp://${formatHop(copy.server)}${folderOf(copy.path)}`;
  }
}

export const reasonWords: Readonly<Record<BackupReason, string>> = {
  asked: 'by hand',
  schedule: 'by schedule',
  update: 'before an update',
  restore: 'before a restore',
  change: 'before a change',
};

/** Sunday first, as `weekday` counts. */
export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** `every day at 03:00`, `every Sunday at 03:00`. */
export function describeSchedule(schedule: BackupSchedule): string {
  const day = schedule.every === 'day' ? 'day' : (weekdayNames[schedule.weekday] ?? 'week');
  return `every ${day} at ${String(schedule.hour).padStart(2, '0')}:00`;
}

/** `the last 7, one a day for 7 days, one a week for 4 weeks, one a month for 6 months`. */
export function describeRetention({ last, daily, weekly, monthly }: Retention): string {
  const one = (unit: string, count: number): string[] =>
    count === 0 ? [] : [`one a ${unit} for ${count === 1 ? `a ${unit}` : `${String(count)} ${unit}s`}`];
  return [
    last === 1 ? 'the last one' : `the last ${String(last)}`,
    ...one('day', daily),
    ...one('week', weekly),
    ...one('month', monthly),
  ].join(', ');
}
