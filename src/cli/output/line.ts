import { paint, type Look, type Style } from './look.ts';
import { neutralise } from './neutralise.ts';
import { cutToWidth, measureWidth, wrapText } from './text-width.ts';

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** A line before it is written. Every line that a person sees is one: this is where foreign text is made harmless. */
export type Line = readonly (string | Span)[];

export const styled =
  (style: Style) =>
  (text: string): Span => ({ text, style });

export const bold = styled('bold');
export const dim = styled('dim');
export const red = styled('red');
export const green = styled('green');
export const yellow = styled('yellow');
export const cyan = styled('cyan');
export const alarm = styled('alarm');

/** As it goes to the terminal, cut to `columns` where they are given. Pure. */
export function formatLine(line: Line, look: Look, columns?: number): string {
  let room = columns ?? Number.POSITIVE_INFINITY;
  let text = '';
  const spans = line
    .map((span) => (typeof span === 'string' ? { text: span } : span))
    .map(({ text: raw, ...rest }) => ({ text: neutralise(raw), ...rest }));
  const tooLong = spans.reduce((sum, span) => sum + measureWidth(span.text), 0) > room;
  for (const span of spans) {
    const width = measureWidth(span.text);
    // Where the whole does not fit, the span that crosses the edge carries the ellipsis.
    const cut = tooLong && width >= room;
    text += paint(cut ? cutToWidth(`${span.text} `, room) : span.text, 'style' in span ? span.style : undefined, look);
    room -= width;
    if (cut) break;
  }
  return columns === undefined ? text.replace(/ +$/, '') : text;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + measureWidth(neutralise(typeof span === 'string' ? span : span.text)), 0);
}

export type Row = readonly (string | Span)[];

export interface AlignOptions {
  /** Columns beyond which the cells of a column are cut, by the column's place. */
  readonly maxWidths?: readonly number[];
  /** Width of the whole; the last cell of a row is broken into lines below each other to keep it. */
  readonly columns?: number | undefined;
  /** What stands before the first and before the other lines of a row. */
  readonly before?: (row: number, isFirst: boolean) => Line;
}

const GAP = 2;
/** Where there is less room than this, the last cell goes below the others. */
const MIN_LAST_WIDTH = 24;
const BELOW_INDENT = 2;

/** Rows with their cells below each other. The last column is as long as it is, or broken. Pure. */
export function alignRows(
  rows: readonly Row[],
  { maxWidths = [], columns, before = () => [] }: AlignOptions = {},
): Line[] {
  const cells = rows.map((row) =>
    row.map((cell, column): Span => {
      const span = typeof cell === 'string' ? { text: cell } : cell;
      return { ...span, text: cutToWidth(neutralise(span.text), maxWidths[column] ?? Number.POSITIVE_INFINITY) };
    }),
  );
  const count = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...cells.map((row) => measureWidth(row[column]?.text ?? ''))),
  );
  const placed = cells.map((row, index) => {
    const lead = row
      .slice(0, -1)
      .flatMap((span, column) => [span, ' '.repeat((widths[column] ?? 0) + GAP - measureWidth(span.text))]);
    const first = [...before(index, true), ...lead];
    const room = (columns ?? Number.POSITIVE_INFINITY) - lineWidth(first);
    return { last: row.at(-1), first, margin: before(index, false), room };
  });
  // One row that has to go below takes the others with it: half a table is harder to read than none.
  const goBelow = placed.some(({ last, room }) => room < MIN_LAST_WIDTH && measureWidth(last?.text ?? '') > room);
  return placed.flatMap(({ last, first, margin, room }) => {
    if (last === undefined) return [first];
    const wrapped = (indent: number, width: number): Line[] =>
      wrapText(last.text, width).map((text): Line => [...margin, ' '.repeat(indent), { ...last, text }]);
    if (goBelow) return [first, ...wrapped(BELOW_INDENT, (columns ?? 0) - lineWidth(margin) - BELOW_INDENT)];
    if (measureWidth(last.text) <= room) return [[...first, last]];
    return wrapped(lineWidth(first) - lineWidth(margin), room).map((line, at) =>
      at === 0 ? [...first, ...line.slice(-1)] : line,
    );
  });
}
