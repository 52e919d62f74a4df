/** The first control with an error gets the focus, wherever it is folded away. */
export function focusFirstWrong(within: HTMLElement | null, errors: object): void {
  if (Object.keys(errors).length === 0) return;
  const wrong = (within?.closest('form') ?? within)?.querySelector<HTMLElement>('[aria-invalid="true"]');
  wrong?.focus();
}
