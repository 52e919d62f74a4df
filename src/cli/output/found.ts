import { formatTarget, type Target } from '../../shared/model/target.ts';
import type { FoundInstall } from '../../core/index.ts';
import { importTexts } from '../text-import.ts';
import { alignRows, bold, cyan, dim, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';

const NAME_WIDTH = 24;
const WIDE = 40;

/** What runs OpenClaw at a place, as a table. Pure. */
export function formatFound(
  found: readonly FoundInstall[],
  target: Target,
  look: Look,
  columns: number | undefined,
): Line[] {
  if (found.length === 0) return [[importTexts.none], [dim(importTexts.noneHint)]];
  const head = ['ID', 'WHERE', 'OPENCLAW', 'PORT', 'STATE', 'TOKEN', ''];
  const rows = found.map((one): (string | Span)[] => [
    one.id,
    bold(one.title),
    one.version ?? importTexts.unknown,
    one.port === undefined ? importTexts.unknown : String(one.port),
    one.stateDir ?? importTexts.unknown,
    one.token === undefined ? importTexts.unknown : importTexts.tokens[one.token],
    sayHow(one),
  ]);
  const first = found.find(({ ours, problem }) => ours === undefined && problem === undefined);
  const refused = found.flatMap(({ title, problem }): Line[] =>
    problem === undefined
      ? []
      : [
          [],
          [yellow(marksOf(look).warn), ' ', bold(title), ` ${problem.message}`],
          ...(problem.hint === undefined ? [] : [[dim(`  ${problem.hint}`)]]),
        ],
  );
  return [
    ...alignRows([head.map(dim), ...rows], {
      maxWidths: [WIDE, NAME_WIDTH, NAME_WIDTH, NAME_WIDTH, WIDE, NAME_WIDTH, WIDE],
      columns,
    }),
    ...refused,
    ...(first === undefined
      ? []
      : [[], [`${marksOf(look).next} `, cyan(importTexts.next(formatTarget(target), first.id))]]),
  ];
}

function sayHow({ ours, problem }: FoundInstall): string | Span {
  if (ours !== undefined) return dim(importTexts.ours(ours));
  return problem === undefined ? importTexts.ready : yellow(importTexts.notReady);
}
