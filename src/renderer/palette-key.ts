import { isMac, isShortcut, type PressedKey } from './platform.ts';

/** An element, as far as it matters here. */
interface Focused {
  closest(selector: string): unknown;
}

/** In a terminal Ctrl+K belongs to the shell, which clears the rest of the line by it; there it takes Shift as well. */
function takesShift(focused: Focused | null): boolean {
  return !isMac && focused !== null && focused.closest('.xterm') !== null;
}

/** Pure. @param focused whom the key was pressed in */
export function isPaletteKey(event: PressedKey, focused: Focused | null): boolean {
  const withShift = takesShift(focused);
  return event.key.toLowerCase() === 'k' && event.shiftKey === withShift && isShortcut(event, withShift);
}

/** As it is said to a person who has the focus there. Pure. */
export function namePaletteKey(focused: Focused | null): string {
  if (isMac) return '⌘K';
  return takesShift(focused) ? 'Ctrl Shift K' : 'Ctrl K';
}
