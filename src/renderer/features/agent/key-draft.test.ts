import { describe, expect, it } from 'vitest';
import type { ProviderView } from '../../../shared/model/models.ts';
import { beginDraft, buildChoice, checkDraft } from './key-draft.ts';

const view = (more: Partial<ProviderView>): ProviderView => ({
  id: 'acme',
  name: 'Acme',
  key: 'config',
  status: 'static',
  removable: true,
  ...more,
});

describe('another key of a provider that is listed', () => {
  it.each([
    ['one of those we know', view({ id: 'google', key: 'stored' }), { kind: 'known', provider: 'gemini' }],
    [
      'one of one’s own',
      view({ baseUrl: 'https://acme.example/v1' }),
      { kind: 'custom', id: 'acme', baseUrl: 'https://acme.example/v1' },
    ],
    ['one whose key the gateway keeps', view({ id: 'mistral', key: 'stored' }), { kind: 'listed', id: 'mistral' }],
    [
      'one whose key the gateway keeps, at an address of one’s own',
      view({ id: 'mistral', key: 'stored', baseUrl: 'https://proxy.example/v1' }),
      { kind: 'listed', id: 'mistral' },
    ],
    [
      'one that the gateway’s environment has',
      view({ id: 'groq', key: 'environment' }),
      { kind: 'listed', id: 'groq' },
    ],
    [
      'one that is named as we would not',
      view({ id: 'Box.AI', baseUrl: 'https://box.example' }),
      { kind: 'listed', id: 'Box.AI' },
    ],
  ])('goes to where its key is: %s', (_, provider, choice) => {
    const draft = { ...beginDraft(provider), key: 'a-key-0123456789' };
    expect(checkDraft(draft)).toEqual({});
    expect(buildChoice(draft)).toEqual(choice);
  });
});

it('a new key begins with OpenRouter', () => {
  expect(beginDraft()).toEqual({ provider: 'openrouter', id: '', url: '', key: '' });
});
