import { describe, expect, it } from 'vitest';
import { endSave, isUnsaved, sendDraft, storeDraft, typeDraft, untyped, type SavedDraft } from './saved-draft.ts';

interface Draft {
  readonly chat: string;
  readonly token: string;
}

const sent: Draft = { chat: '1', token: 'new' };
const more: Draft = { chat: '12', token: 'new' };
const kept = (draft: Draft): Draft => ({ ...draft, token: '' });
const sending = sendDraft<Draft>(typeDraft<Draft>(untyped, sent), sent);
const end = (state: SavedDraft<Draft>): SavedDraft<Draft> => endSave(state, { sent, wentWell: true, kept });

describe('a form that stays on its page', () => {
  it('has nothing to save after a save, though nothing that is told of what is stored has changed', () => {
    const saved = end(sending);
    expect(isUnsaved(saved)).toBe(false);
    expect(saved).toMatchObject({ typed: { chat: '1', token: '' }, isSaved: true });
  });

  it('is saved as well when what is stored has come back before the answer', () => {
    expect(end(storeDraft(sending))).toEqual({ typed: undefined, isSaved: true, sent: undefined });
  });

  it('still has to save what was typed while a save went on, whenever that comes back', () => {
    const typedOn = typeDraft(sending, more);
    for (const state of [storeDraft(end(typedOn)), end(storeDraft(typedOn))]) {
      expect(state).toMatchObject({ typed: more, isSaved: false });
    }
  });

  it('has everything to save after a save that failed', () => {
    const failed = endSave(sending, { sent, wentWell: false, kept });
    expect(failed).toEqual(typeDraft<Draft>(untyped, sent));
  });

  it('shows what is stored as soon as that is something else, and still says that it is saved', () => {
    expect(storeDraft(end(sending))).toEqual({ typed: undefined, isSaved: true, sent: undefined });
  });

  it('gives up what was typed over what others have changed', () => {
    expect(storeDraft(typeDraft<Draft>(untyped, sent))).toEqual(untyped);
    expect(storeDraft(typeDraft(storeDraft(end(sending)), more)).typed).toBeUndefined();
  });
});
