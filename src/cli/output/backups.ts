import {
  describeCopy,
  describeRetention,
  describeSchedule,
  formatDestination,
  reasonWords,
} from '../../shared/backup-words.ts';
import type { Backup, BackupPolicy, LeftState } from '../../shared/model/backup.ts';
import { texts } from '../text.ts';
import { updateTexts } from '../text-updates.ts';
import { alignRows, bold, cyan, dim, green, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { formatAge, formatBytes } from './quantity.ts';

const NAME_WIDTH = 24;
const WIDE = 40;

/** Backups as a table, newest first. Pure. @param name where they are of one instance */
export function formatBackups(
  backups: readonly Backup[],
  name: string | undefined,
  nowMs: number,
  look: Look,
  columns: number | undefined,
): Line[] {
  if (backups.length === 0) {
    return name === undefined
      ? [[texts.noBackups]]
      : [[texts.noBackupsOf(name)], [`${marksOf(look).next} `, cyan(texts.nextBackup(name))]];
  }
  const head = [
    'BACKUP',
    ...(name === undefined ? ['INSTANCE'] : []),
    'MADE',
    'WHY',
    'SIZE',
    'OPENCLAW',
    'VERIFIED',
    'LIES',
  ];
  const rows = backups.map((backup): (string | Span)[] => [
    backup.id,
    ...(name === undefined ? [bold(backup.instanceName)] : []),
    formatAge(Date.parse(backup.createdAt), nowMs),
    dim(reasonWords[backup.reason]),
    formatBytes(backup.bytes),
    backup.version,
    verifiedOf(backup, nowMs, look),
    backup.copies.map(describeCopy).join(', '),
  ]);
  return alignRows([head.map(dim), ...rows], {
    maxWidths: name === undefined ? [WIDE, NAME_WIDTH] : [WIDE],
    columns,
  });
}

/** State of before an automatic way back, which no backup holds. Pure. */
export function formatLeft(
  left: readonly (LeftState & { readonly instanceName: string })[],
  nowMs: number,
  look: Look,
): Line[] {
  return left.flatMap(({ instanceName, at, bytes }): Line[] => [
    [
      yellow(marksOf(look).warn),
      ` ${updateTexts.left(instanceName, formatBytes(bytes), formatAge(Date.parse(at), nowMs))}`,
    ],
    [`${marksOf(look).next} `, cyan(`hardshell left-remove ${instanceName}`)],
  ]);
}

function verifiedOf({ verifiedAt }: Backup, nowMs: number, look: Look): Span {
  return verifiedAt === undefined
    ? yellow(`${marksOf(look).warn} never`)
    : green(`${marksOf(look).done} ${formatAge(Date.parse(verifiedAt), nowMs)}`);
}

/** What is done for an instance without being asked. Pure. */
export function formatPolicy(name: string, policy: BackupPolicy, look: Look, columns: number | undefined): Line[] {
  const { schedule, keep, destinations } = policy;
  const rows: [Span, Span | string][] = [
    [dim('  made'), schedule === undefined ? yellow(texts.backupsNotMade) : describeSchedule(schedule)],
    [dim('  kept'), describeRetention(keep)],
    [dim('  go to'), [texts.backupsHere, ...destinations.map(formatDestination)].join(', ')],
  ];
  return [[marksOf(look).idle, ' ', bold(texts.backupsOf(name))], ...alignRows(rows, { columns })];
}
