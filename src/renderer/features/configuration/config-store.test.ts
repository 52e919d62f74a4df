import { expect, it } from 'vitest';
import { dropDraft, keepDraft, useConfigDrafts, type ConfigDraft } from './config-store.ts';

const over = { source: 'file', hash: 'h1', text: '{}\n', value: {} } as const;
const typed = (text: string): ConfigDraft => ({ is: 'text', over, text });

it('what was applied is no draft any more, and what was typed since is', () => {
  const [sent, newer] = [typed('{ a: 1 }'), typed('{ a: 2 }')];
  keepDraft('i-1', sent);
  keepDraft('i-2', sent);
  keepDraft('i-2', newer);
  dropDraft('i-1', sent);
  dropDraft('i-2', sent);
  expect(useConfigDrafts.getState()).toEqual({ 'i-1': undefined, 'i-2': newer });
});
