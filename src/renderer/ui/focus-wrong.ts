import { useEffect, type RefObject } from 'react';

/**
 * The first control with an error gets the focus when a check has found it, wherever it is folded away.
 * @param found what the check has found: the same object until the next check, or each letter would move the focus on
 */
export function useFocusWrong(within: RefObject<HTMLElement | null>, found: object): void {
  useEffect(() => {
    if (Object.keys(found).length === 0) return;
    const form = within.current?.closest('form') ?? within.current;
    form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [within, found]);
}
