import { buildPatch, checkForm, rebaseForm, type FormErrors } from './config-form.ts';
import type { ConfigDraft, Edit, Snapshot } from './config-store.ts';

/** Pure. @param now for consent, RFC 3339 */
export function toEdit(draft: ConfigDraft, now: string): { readonly edit: Edit } | { readonly errors: FormErrors } {
  if (draft.is === 'text') return { edit: { kind: 'text', text: draft.text } };
  const errors = checkForm(draft.form);
  if (Object.keys(errors).length > 0) return { errors };
  return { edit: { kind: 'patch', patch: buildPatch(draft.over.value, draft.form, now) } };
}

/**
 * What was typed, over what somebody else wrote meanwhile. Undefined: nothing typed was concerned, and stays over what it was typed
 * over, so that its own conflict is still seen. Pure.
 * @param typed where both texts were merged
 */
export function rebaseDraft(
  draft: ConfigDraft | undefined,
  kind: Edit['kind'],
  over: Snapshot,
  typed?: string,
): ConfigDraft | undefined {
  if (draft === undefined || kind === 'revert') return undefined;
  return draft.is === 'text'
    ? { ...draft, over, text: typed ?? draft.text }
    : { ...draft, over, form: rebaseForm(draft.over.value, over.value, draft.form) };
}
