/** What is wrong in a form that was checked. */
export interface FormCheck<Errors extends object> {
  /** Now: what is typed takes away from it. */
  readonly errors: Errors;
  /** When it was checked. Another object after another check, and only then: the focus follows checks, not letters. */
  readonly found: Errors;
}

/** Pure. */
export function beginCheck<Errors extends object>(found: Errors): FormCheck<Errors> {
  return { errors: found, found };
}

/** Something was typed. Pure. @param mend what is still wrong */
export function mendCheck<Errors extends object>(
  { errors, found }: FormCheck<Errors>,
  mend: (errors: Errors) => Errors,
): FormCheck<Errors> {
  return { errors: mend(errors), found };
}

/** The errors of other fields than those that were typed into. Pure. */
export function dropTyped<Errors extends object>(errors: Errors, change: object): Errors {
  // fewer of fields that are all optional
  return Object.fromEntries(Object.entries(errors).filter(([field]) => !(field in change))) as Errors;
}
