import { useEffect, useRef, useState, type RefObject, type SubmitEvent } from 'react';
import type { ErrorReport } from '../shared/app-error.ts';
import { endSave, isUnsaved, sendDraft, storeDraft, typeDraft, untyped, type SavedDraft } from './saved-draft.ts';
import { useFocusWrong } from './ui/focus-wrong.ts';
import { useAction } from './use-action.ts';
import { useFormCheck } from './use-form-check.ts';

interface DraftOf<Stored, Draft, Errors> {
  readonly stored: Stored | undefined;
  /** What is stored, as it is typed. */
  readonly read: (stored: Stored | undefined) => Draft;
  /** What is wrong with it; an empty object: nothing. */
  readonly check: (draft: Draft) => Errors;
  readonly save: (draft: Draft) => Promise<unknown>;
  /** Secrets that are typed are never told again: a new one is saved, and what is stored looks as it did. */
  readonly dropSecrets?: (draft: Draft) => Draft;
}

interface DraftForm<Draft, Errors> {
  readonly draft: Draft;
  readonly errors: Errors;
  readonly form: RefObject<HTMLFormElement | null>;
  /** There is something to save. */
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
  { stored, read, check, save, dropSecrets = (draft) => draft }: DraftOf<Stored, Draft, Errors>,
  noErrors: Errors,
): DraftForm<Draft, Errors> {
  const action = useAction();
  const [state, setState] = useState<SavedDraft<Draft>>(untyped);
  const { errors, found, find, mend } = useFormCheck(noErrors);
  const form = useRef<HTMLFormElement>(null);
  useFocusWrong(form, found);
  // what is saved comes back with the list of instances, which is read anew for other reasons as well
  const set = JSON.stringify(stored ?? {});
  useEffect(() => setState((before) => storeDraft(before)), [set]);
  const draft = state.typed ?? read(stored);
  return {
    draft,
    errors,
    form,
    isTyped: isUnsaved(state),
    isSaved: state.isSaved,
    busy: action.busy,
    error: action.error,
    type: (next, forget) => {
      mend(forget);
      setState((before) => typeDraft(before, next));
    },
    save: (event) => {
      event.preventDefault();
      if (action.busy) return;
      const wrong = check(draft);
      find(wrong);
      if (Object.keys(wrong).length > 0) return;
      void action
        .run(() => {
          setState((before) => sendDraft(before, draft));
          return save(draft);
        })
        .then((wentWell) => setState((before) => endSave(before, { sent: draft, wentWell, kept: dropSecrets })));
    },
  };
}
