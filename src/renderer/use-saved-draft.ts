import { useEffect, useRef, useState, type RefObject, type SubmitEvent } from 'react';
import type { ErrorReport } from '../shared/app-error.ts';
import { focusFirstWrong } from './ui/focus-wrong.ts';
import { useAction } from './use-action.ts';

interface DraftOf<Stored, Draft, Errors> {
  readonly stored: Stored | undefined;
  /** What is stored, as it is typed. */
  readonly read: (stored: Stored | undefined) => Draft;
  /** What is wrong with it; an empty object: nothing. */
  readonly check: (draft: Draft) => Errors;
  readonly save: (draft: Draft) => Promise<unknown>;
}

interface SavedDraft<Draft, Errors> {
  readonly draft: Draft;
  readonly errors: Errors;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly isTyped: boolean;
  readonly isSaved: boolean;
  readonly busy: boolean;
  readonly error: ErrorReport | undefined;
  /** `forget`: what is no longer wrong. */
  readonly type: (draft: Draft, forget: (errors: Errors) => Errors) => void;
  readonly save: (event: SubmitEvent<HTMLFormElement>) => void;
}

/** A part of an instance's record as a form that stays on its page: what was typed here; else what is set, whoever has set it. */
export function useSavedDraft<Stored, Draft, Errors extends object>(
  { stored, read, check, save }: DraftOf<Stored, Draft, Errors>,
  noErrors: Errors,
): SavedDraft<Draft, Errors> {
  const action = useAction();
  const [typed, setTyped] = useState<Draft>();
  const [errors, setErrors] = useState(noErrors);
  const [isSaved, setIsSaved] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusFirstWrong(form.current, errors), [errors]);
  // what is saved comes back with the list of instances, which is read anew for other reasons as well
  const set = JSON.stringify(stored ?? {});
  useEffect(() => setTyped(undefined), [set]);
  const draft = typed ?? read(stored);
  return {
    draft,
    errors,
    form,
    isTyped: typed !== undefined,
    isSaved,
    busy: action.busy,
    error: action.error,
    type: (next, forget) => {
      setIsSaved(false);
      setErrors(forget);
      setTyped(() => next);
    },
    save: (event) => {
      event.preventDefault();
      const found = check(draft);
      setErrors(found);
      if (Object.keys(found).length > 0) return;
      void action
        .run(() => save(draft))
        .then((wentWell) => {
          if (wentWell) setIsSaved(true);
        });
    },
  };
}
