/** Who has the focus, and is to have it again; of a menu that is about to close, the button that opened it. */
export function findOpener(): Element | null {
  const focused = document.activeElement;
  const trigger = focused?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return typeof trigger === 'string' ? document.getElementById(trigger) : focused;
}

/** Without this, who works by keyboard would begin again at the top of the page. Nothing is taken from who has the focus already. */
export function giveFocusBack(opener: Element | null): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  if (opener instanceof HTMLElement && opener !== document.body) opener.focus();
  // gone, or out of use meanwhile
  if (document.activeElement === document.body) document.getElementById('content')?.focus();
}
