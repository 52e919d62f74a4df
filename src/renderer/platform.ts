/** Whether shortcuts are pressed with Command here. */
export const isMac = /^Mac|iPhone|iPad/.test(navigator.platform);

/** A key, and what is held with it. */
export interface PressedKey {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** The key that shortcuts of a program begin with, where Ctrl alone belongs to what runs in a terminal. Pure. */
export function isShortcut(event: PressedKey, withShift: boolean): boolean {
  if (event.altKey) return false;
  return isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey && event.shiftKey === withShift;
}
