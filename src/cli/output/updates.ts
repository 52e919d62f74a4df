import { describeSchedule } from '../../shared/backup-words.ts';
import type { UpdatePolicy } from '../../shared/model/update.ts';
import type { UpdateOffer } from '../../core/index.ts';
import type { Updated } from '../json-updates.ts';
import { updateTexts } from '../text-updates.ts';
import { alignRows, bold, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { formatBytes } from './quantity.ts';

/** Of one version: a screenful, not a book. */
const SHOWN_LINES = 12;

/** What an update would bring. Pure. */
export function formatOffer(
  name: string,
  { runs, version, newer, nodeVersion, diskNeededBytes, diskFreeBytes, changelog }: UpdateOffer,
  look: Look,
  columns: number | undefined,
): Line[] {
  if (version === undefined) return [[updateTexts.isNewest(name, runs)]];
  const skipped = newer.indexOf(version) < 0 ? 0 : newer.length - newer.indexOf(version) - 1;
  const between = skipped > 0 ? `, ${updateTexts.skipped(skipped)}` : '';
  const rows: [Span, Span | string][] = [
    [dim('  version'), `${updateTexts.versions(runs, version)}${between}`],
    ...(nodeVersion === undefined ? [] : [row('  Node.js', updateTexts.nodeNew(nodeVersion))]),
    ...(diskNeededBytes === undefined || diskFreeBytes === undefined
      ? []
      : [
          row(
            '  disk',
            updateTexts.disk(formatBytes(diskNeededBytes), formatBytes(diskFreeBytes)),
            diskNeededBytes > diskFreeBytes,
          ),
        ]),
    ...(changelog.length === 0 ? [row('  news', updateTexts.noChangelog)] : []),
  ];
  return [
    [marksOf(look).idle, ' ', bold(updateTexts.heading(name))],
    ...alignRows(rows, { columns }),
    ...changelog.flatMap((part): Line[] => [[], [bold(part.version)], ...formatText(part.text)]),
    [],
  ];
}

function row(key: string, value: string, isWrong = false): [Span, Span | string] {
  return [dim(key), isWrong ? yellow(value) : value];
}

/** Markdown reads well enough as it is; its headings stand out. Pure. */
function formatText(text: string): Line[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, SHOWN_LINES).map((line): Line => {
    const heading = /^#+\s+(.*)$/.exec(line)?.[1];
    return heading === undefined ? [`  ${line}`] : ['  ', bold(heading)];
  });
  return lines.length > SHOWN_LINES
    ? [...shown, [dim(`  ${updateTexts.moreLines(lines.length - SHOWN_LINES)}`)]]
    : shown;
}

/** How many were gone through one after another, and how each fared. Pure. */
export function formatUpdated(all: readonly Updated[], look: Look, columns: number | undefined): Line[] {
  const { done, bad, idle } = marksOf(look);
  const marks: Readonly<Record<Updated['is'], (text: string) => Span>> = {
    done: (text) => green(`${done} ${text}`),
    newest: (text) => dim(`${done} ${text}`),
    suspended: (text) => yellow(`${idle} ${text}`),
    adopted: (text) => dim(`${idle} ${text}`),
    failed: (text) => red(`${bad} ${text}`),
    left: (text) => yellow(`${idle} ${text}`),
  };
  const rows = all.map(({ instanceName, is, from = '', to }): (Span | string)[] => [
    bold(instanceName),
    to === undefined || is === 'newest' ? from : `${from} to ${to}`,
    marks[is](updateTexts.ends[is]),
  ]);
  return alignRows(rows, { columns });
}

/** What is done for an instance without being asked. Pure. */
export function formatUpdatePolicy(
  name: string,
  { schedule }: UpdatePolicy,
  look: Look,
  columns: number | undefined,
): Line[] {
  const rows: [Span, Span | string][] =
    schedule === undefined
      ? [[dim('  made'), yellow(updateTexts.onlyAsked)]]
      : [
          [dim('  made'), describeSchedule(schedule)],
          [dim('  how'), updateTexts.afterBackup],
        ];
  return [[marksOf(look).idle, ' ', bold(updateTexts.policyOf(name))], ...alignRows(rows, { columns })];
}
