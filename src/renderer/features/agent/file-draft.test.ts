import { describe, expect, it } from 'vitest';
import type { WorkspaceText } from '../../../shared/model/workspace.ts';
import {
  beginFile,
  emptyFile,
  isOwnWork,
  isUnsaved,
  keepFile,
  showTheirs,
  showVersion,
  typeFile,
} from './file-draft.ts';

const file = (text: string): WorkspaceText => ({ name: 'SOUL.md', text, hash: 'a'.repeat(64) });
const read = beginFile(emptyFile, file('old'));
const typed = typeFile(read, 'mine');
const version = { text: 'older', when: 'yesterday' };

describe('the text of a file', () => {
  it('stays made from what was read first, whoever reads it again', () => {
    expect(beginFile(typed, file('theirs'))).toBe(typed);
  });

  it('has nothing to save after a save', () => {
    expect(keepFile(typed, 'mine', file('mine'))).toEqual({ ...emptyFile, base: file('mine') });
  });

  it('keeps the letters that are typed while a save goes on', () => {
    const saved = keepFile(typeFile(typed, 'mine, and more'), 'mine', file('mine'));
    expect(saved).toMatchObject({ base: file('mine'), typed: 'mine, and more' });
    expect(isUnsaved(saved)).toBe(true);
  });

  it('keeps the letters that are typed while another text is on its way', () => {
    const more = typeFile(typed, 'mine, and more');
    expect(showVersion(more, typed, version)).toBe(more);
    expect(showTheirs(more, typed, file('theirs'))).toBe(more);
  });

  it('is an older one, or theirs, when that has come', () => {
    const older = showVersion(typed, typed, version);
    expect(older).toEqual({ base: file('old'), typed: 'older', shown: version });
    expect(isUnsaved(older)).toBe(true);
    expect(showTheirs(older, older, file('theirs'))).toEqual({ ...emptyFile, base: file('theirs') });
  });

  it('is own work only where somebody typed in it: from one older text to the next nothing is lost', () => {
    const older = showVersion(read, read, version);
    expect([read, typed, older, typeFile(older, 'older, mended')].map(isOwnWork)).toEqual([false, true, false, true]);
  });
});
