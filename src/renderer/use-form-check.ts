import { useState } from 'react';
import { beginCheck, mendCheck, type FormCheck } from './form-check.ts';

export interface CheckedForm<Errors extends object> extends FormCheck<Errors> {
  /** A check has been made. */
  readonly find: (found: Errors) => void;
  /** Something was typed: what is still wrong. */
  readonly mend: (mend: (errors: Errors) => Errors) => void;
}

/** @param none nothing is wrong */
export function useFormCheck<Errors extends object>(none: Errors): CheckedForm<Errors> {
  const [check, setCheck] = useState(() => beginCheck(none));
  return {
    ...check,
    find: (found) => setCheck(beginCheck(found)),
    mend: (mend) => setCheck((before) => mendCheck(before, mend)),
  };
}
