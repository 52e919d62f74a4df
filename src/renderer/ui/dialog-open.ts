/** Whether a dialog asks something just now: keys and the focus belong to it. */
export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;
}

/**
 * Does it now, or once no dialog is open any more and has given the focus back.
 * @returns calls it off
 */
export function onceNoDialog(act: () => void): () => void {
  if (!isDialogOpen()) {
    act();
    return () => undefined;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new MutationObserver(() => {
    if (isDialogOpen()) return;
    observer.disconnect();
    timer = setTimeout(act);
  });
  // a dialog hangs in the body itself
  observer.observe(document.body, { childList: true });
  return () => {
    observer.disconnect();
    clearTimeout(timer);
  };
}
