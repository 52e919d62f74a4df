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
