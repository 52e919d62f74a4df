import type { WorkspaceText } from '../../../shared/model/workspace.ts';

/** The text of a file, as it stands on the screen. */
export interface FileDraft {
  /** What it was made from: a later look at the file does not change that. Undefined: not read yet. */
  readonly base: WorkspaceText | undefined;
  /** Undefined: it is that of the file. */
  readonly typed: string | undefined;
  /** The older text that was put here. */
  readonly shown: { readonly text: string; readonly when: string } | undefined;
}

export const emptyFile: FileDraft = { base: undefined, typed: undefined, shown: undefined };

/** The file was read. Pure. */
export function beginFile(draft: FileDraft, read: WorkspaceText | undefined): FileDraft {
  return draft.base === undefined ? { ...draft, base: read } : draft;
}

/** Pure. */
export function typeFile(draft: FileDraft, typed: string): FileDraft {
  return { ...draft, typed };
}

/** It was saved; what was typed meanwhile was not. Pure. @param sent what was typed when the save began */
export function keepFile(draft: FileDraft, sent: string, written: WorkspaceText): FileDraft {
  return { base: written, typed: draft.typed === sent ? undefined : draft.typed, shown: undefined };
}

/** An older text was asked for and has come. Pure. @param before what was typed then: what was typed since is worth more */
export function showVersion(draft: FileDraft, before: FileDraft, version: NonNullable<FileDraft['shown']>): FileDraft {
  return draft.typed === before.typed ? { ...draft, typed: version.text, shown: version } : draft;
}

/** What somebody else has written was asked for and has come. Pure. @param before as above */
export function showTheirs(draft: FileDraft, before: FileDraft, theirs: WorkspaceText): FileDraft {
  return draft.typed === before.typed ? { ...emptyFile, base: theirs } : draft;
}

/** Whether there is something to save. Pure. */
export function isUnsaved({ base, typed }: FileDraft): boolean {
  return base !== undefined && typed !== undefined && typed !== base.text;
}

/** Whether something that a person typed would be lost with the text. Pure. */
export function isOwnWork(draft: FileDraft): boolean {
  return isUnsaved(draft) && draft.typed !== draft.shown?.text;
}
