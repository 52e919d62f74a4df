import { describe, expect, it } from 'vitest';
import { rebaseDraft, toEdit } from './config-draft.ts';
import { readForm } from './config-form.ts';
import type { Snapshot } from './config-store.ts';

const snapshot = (hash: string, level: string): Snapshot => ({
  source: 'gateway',
  hash,
  text: JSON.stringify({ logging: { level } }),
  value: { logging: { level } },
});
const over = snapshot('first', 'info');
const fresh = snapshot('second', 'trace');
const now = '2026-09-20T12:00:00.000Z';

describe('what was typed', () => {
  it('is an edit only where the form makes sense', () => {
    const form = { ...readForm(over.value), timeout: 'soon', model: 'a/b' };
    expect(toEdit({ is: 'form', over, form }, now)).toEqual({ errors: { timeout: 'number' } });
    expect(toEdit({ is: 'form', over, form: { ...form, timeout: '60' } }, now)).toEqual({
      edit: { kind: 'patch', patch: { agents: { defaults: { timeoutSeconds: 60, model: 'a/b' } } } },
    });
    expect(toEdit({ is: 'text', over, text: '{' }, now)).toEqual({ edit: { kind: 'text', text: '{' } });
  });

  it('goes on over what somebody else wrote', () => {
    expect(rebaseDraft({ is: 'text', over, text: 'mine' }, 'text', fresh, 'merged')).toEqual({
      is: 'text',
      over: fresh,
      text: 'merged',
    });
    const rebased = rebaseDraft({ is: 'form', over, form: { ...readForm(over.value), label: 'x' } }, 'patch', fresh);
    expect(rebased).toMatchObject({ is: 'form', over: fresh, form: { label: 'x', logging: 'trace' } });
  });

  it('stays over what it was typed over where a change is taken back meanwhile', () => {
    expect(rebaseDraft({ is: 'text', over, text: 'mine' }, 'revert', fresh)).toBeUndefined();
    expect(rebaseDraft(undefined, 'revert', fresh)).toBeUndefined();
  });
});
