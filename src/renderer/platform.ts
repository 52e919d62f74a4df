/** Whether shortcuts are pressed with Command here. */
export const isMac = /^Mac|iPhone|iPad/.test(navigator.platform);

/** The key that shortcuts of a program begin with, where Ctrl alone belongs to what runs in a terminal. Pure. */
export function isShortcut(event: KeyboardEvent, withShift: boolean): boolean {
  if (event.altKey) return false;
  return isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey && event.shiftKey === withShift;
}
