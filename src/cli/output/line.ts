import { paint, type Look, type Style } from './look.ts';
import { neutralise } from './neutralise.ts';
import { cutToWidth, measureWidth } from './text-width.ts';

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
  const spans = line.map((span) => (typeof span === 'string' ? { text: span } : span)).map(({ text: raw, ...rest }) => ({ text: neutralise(raw), ...rest }));
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

/** Rows with their cells aligned; the last column is as long as it is. Cells of a column are cut to `maxWidths`. */
export function alignRows(rows: readonly (readonly (string | Span)[])[], options: { readonly gap?: number; readonly maxWidths?: readonly number[] } = {}): Line[] {
  const gap = options.gap ?? 2;
  const cells = rows.map((row) =>
    row.map((cell, column) => {
      const span: Span = typeof cell === 'string' ? { text: cell } : cell;
      return { ...span, text: cutToWidth(neutralise(span.text), options.maxWidths?.[column] ?? Number.POSITIVE_INFINITY) };
    }),
  );
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(0, ...cells.map((row) => measureWidth(row[column]?.text ?? ''))));
  return cells.map((row) =>
    row.flatMap((span, column) => (column === row.length - 1 ? [span] : [span, ' '.repeat((widths[column] ?? 0) + gap - measureWidth(span.text))])),
  );
}
