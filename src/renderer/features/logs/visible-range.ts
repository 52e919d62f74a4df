import type { LogLine } from './log-line.ts';

/** Rows drawn above and below what is seen, so that fast scrolling shows no hole. */
const SPARE_ROWS = 20;
const ROW_HEIGHT_PX = 20;

/** Where each line begins, in pixels; one more at the end: where the last one ends. Pure. */
export function buildOffsets(lines: readonly LogLine[], wrapColumns: number | undefined): Float64Array {
  const offsets = new Float64Array(lines.length + 1);
  let top = 0;
  for (const [index, line] of lines.entries()) {
    offsets[index] = top;
    const rows = wrapColumns === undefined ? 1 : Math.max(1, Math.ceil(line.cells / wrapColumns));
    top += rows * ROW_HEIGHT_PX;
  }
  offsets[lines.length] = top;
  return offsets;
}

/** The line that covers `top`. Pure. */
export function findLineAt(offsets: Float64Array, top: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= top) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface VisibleRange {
  readonly first: number;
  /** Not drawn any more. */
  readonly end: number;
}

/** Which lines have to be drawn. Pure; heights and positions in pixels. */
export function computeVisibleRange(offsets: Float64Array, scrollTop: number, viewHeight: number): VisibleRange {
  const count = offsets.length - 1;
  const first = Math.max(0, findLineAt(offsets, scrollTop) - SPARE_ROWS);
  const end = Math.min(count, findLineAt(offsets, scrollTop + viewHeight) + 1 + SPARE_ROWS);
  return { first, end };
}

/** What a reader sees at the top: a line, and how many pixels of it are above the edge. */
export interface Place {
  readonly number: number;
  readonly below: number;
}

/** Pure. */
export function readPlace(lines: readonly LogLine[], offsets: Float64Array, scrollTop: number): Place | undefined {
  const index = findLineAt(offsets, scrollTop);
  const line = lines[index];
  return line === undefined ? undefined : { number: line.number, below: scrollTop - (offsets[index] ?? 0) };
}

/** Where the place is now, whatever was cut, came or was left out; of a line that is gone the next one's beginning. Pure. */
export function findTop(lines: readonly LogLine[], offsets: Float64Array, { number, below }: Place): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.number ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  const top = offsets[low] ?? 0;
  if (lines[low]?.number !== number) return top;
  const height = (offsets[low + 1] ?? top) - top;
  return below < height ? top + below : top;
}
