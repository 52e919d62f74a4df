import { formatBinarySize } from '../../shared/guard-words.ts';
import { sortFindings, type Diagnosis, type DiagnosisFinding, type DoctorDiff } from '../../shared/model/diagnosis.ts';
import { texts } from '../text.ts';
import { alignRows, bold, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { countOf } from './quantity.ts';
import { TEXT_COLUMNS, wrapText } from './text-width.ts';

const TITLE_WIDTH = 40;

/** What is wrong in whole sentences, what is fine in one line each. Pure. */
export function formatDiagnosis(
  { findings }: Diagnosis,
  name: string,
  look: Look,
  columns: number | undefined,
): Line[] {
  const sorted = sortFindings(findings);
  const wrong = sorted.filter(({ level }) => level !== 'ok');
  const fine = sorted.filter(({ level }) => level === 'ok');
  const marks = marksOf(look);
  const head: Line =
    wrong.length === 0
      ? [green(marks.done), ' ', bold(texts.healthy(name))]
      : [bold(texts.unhealthy(name, countOf(wrong.length, 'thing')))];
  return [
    head,
    ...wrong.flatMap((finding) => formatWrong(finding, look, columns)),
    ...(wrong.length === 0 || fine.length === 0 ? [] : [[]]),
    ...alignRows(
      fine.map(({ title, because }) => [title, dim(because)]),
      { maxWidths: [TITLE_WIDTH], columns, before: (_row, isFirst) => ['  ', isFirst ? green(marks.done) : ' ', ' '] },
    ),
  ];
}

function formatWrong(finding: DiagnosisFinding, look: Look, columns: number | undefined): Line[] {
  const { id, title, level, because, why, hint, fix } = finding;
  const marks = marksOf(look);
  const mark: Span = level === 'bad' ? red(marks.bad) : yellow(marks.warn);
  const width = Math.min(columns ?? TEXT_COLUMNS, TEXT_COLUMNS) - 4;
  const below = (text: string, as: (line: string) => Span | string = (line) => line): Line[] =>
    wrapText(text, width).map((line): Line => ['    ', as(line)]);
  const after = fix === undefined ? hint : texts.repairHint(fix.label, id, fix.isCareful);
  return [
    [],
    ['  ', mark, ' ', bold(title), '  ', dim(id)],
    ...below(because),
    ...(why === undefined ? [] : below(why, dim)),
    ...(after === undefined
      ? []
      : wrapText(after, width - 2).map((line, index): Line => [index === 0 ? `    ${marks.next} ` : '      ', line])),
  ];
}

/** What OpenClaw's doctor would write. Pure. */
export function formatDoctorDiff({ lines, changes }: DoctorDiff): Line[] {
  if (changes === 0) return [[texts.doctorNothing]];
  return [
    [bold(texts.doctorDiff)],
    ...lines.map(({ is, text }): Line => {
      if (is === 'gap') return [dim('  …')];
      if (is === 'same') return [`    ${text}`];
      return [is === 'added' ? green(`  + ${text}`) : red(`  - ${text}`)];
    }),
  ];
}

/** The files of a support bundle. Pure. */
export function formatBundle(files: readonly { readonly path: string; readonly bytes: number }[]): Line[] {
  return alignRows(files.map(({ path, bytes }) => [`  ${path}`, dim(formatBinarySize(bytes))]));
}
