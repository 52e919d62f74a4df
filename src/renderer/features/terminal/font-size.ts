const KEY = 'hardshell.terminal-font-size';
const USUAL_PX = 13;
const SMALLEST_PX = 8;
const LARGEST_PX = 32;

export function readFontSize(): number {
  const kept = Number(localStorage.getItem(KEY));
  return kept >= SMALLEST_PX && kept <= LARGEST_PX ? kept : USUAL_PX;
}

/** The next size, kept for the next time. */
export function stepFontSize(size: number, step: 'larger' | 'smaller' | 'actual-size'): number {
  const wanted = step === 'actual-size' ? USUAL_PX : size + (step === 'larger' ? 1 : -1);
  const next = Math.min(LARGEST_PX, Math.max(SMALLEST_PX, wanted));
  localStorage.setItem(KEY, String(next));
  return next;
}
