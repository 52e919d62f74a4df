import { isMac, isShortcut } from './platform.ts';

/** In a terminal Ctrl+K belongs to the shell, which clears the rest of the line by it; there it takes Shift as well. */
function takesShift(focused: Element | null): boolean {
  return !isMac && focused !== null && focused.closest('.xterm') !== null;
}

/** Pure. @param focused whom the key was pressed in */
export function isPaletteKey(event: KeyboardEvent, focused: Element | null): boolean {
  const withShift = takesShift(focused);
  return event.key.toLowerCase() === 'k' && event.shiftKey === withShift && isShortcut(event, withShift);
}

/** As it is said to a person who has the focus there. Pure. */
export function namePaletteKey(focused: Element | null): string {
  if (isMac) return '⌘K';
  return takesShift(focused) ? 'Ctrl Shift K' : 'Ctrl K';
}
