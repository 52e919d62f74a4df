/** Rows drawn above and below what is seen, so that fast scrolling shows no hole. */
const SPARE_ROWS = 20;

export interface VisibleRange {
  readonly first: number;
  /** Not drawn any more. */
  readonly end: number;
}

/** Which rows of equal height have to be drawn. Pure; heights and positions in pixels. */
export function computeVisibleRange(of: {
  readonly scrollTop: number;
  readonly viewHeight: number;
  readonly rowHeight: number;
  readonly count: number;
}): VisibleRange {
  const { scrollTop, viewHeight, rowHeight, count } = of;
  const last = Math.max(0, count - 1);
  const first = Math.min(last, Math.max(0, Math.floor(scrollTop / rowHeight) - SPARE_ROWS));
  const end = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + SPARE_ROWS);
  return { first, end: Math.max(first, end) };
}
