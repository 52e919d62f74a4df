/** What was typed over what is stored. */
export interface SavedDraft<Draft> {
  /** Undefined: nothing since it was stored. What was saved stays until it comes back, or the form would flicker. */
  readonly typed: Draft | undefined;
  readonly isSaved: boolean;
  /** What was sent to be stored, until something else is stored: that will be this. */
  readonly sent: Draft | undefined;
}

export const untyped = { typed: undefined, isSaved: false, sent: undefined };

/** Pure. */
export function typeDraft<Draft>(before: SavedDraft<Draft>, typed: Draft): SavedDraft<Draft> {
  return { ...before, typed, isSaved: false };
}

/** Pure. */
export function sendDraft<Draft>(before: SavedDraft<Draft>, sent: Draft): SavedDraft<Draft> {
  return { ...before, sent };
}

/**
 * A save has ended. What was typed while it went on is still to be saved. Pure.
 * @param kept what was saved, without what is never shown again
 */
export function endSave<Draft>(
  before: SavedDraft<Draft>,
  { sent, wentWell, kept }: { readonly sent: Draft; readonly wentWell: boolean; readonly kept: (sent: Draft) => Draft },
): SavedDraft<Draft> {
  if (!wentWell) return { ...before, sent: undefined };
  if (before.typed === undefined) return { ...before, isSaved: true };
  return before.typed === sent ? { ...before, typed: kept(sent), isSaved: true } : before;
}

/** Something else is stored, and is shown: what was typed over what it was is void, but not what was typed since a save of one's own. Pure. */
export function storeDraft<Draft>(before: SavedDraft<Draft>): SavedDraft<Draft> {
  const isOwn = before.sent !== undefined && before.typed !== before.sent;
  return { ...before, typed: isOwn && isUnsaved(before) ? before.typed : undefined, sent: undefined };
}

/** Whether there is something to save. Pure. */
export function isUnsaved<Draft>({ typed, isSaved }: SavedDraft<Draft>): boolean {
  return typed !== undefined && !isSaved;
}
