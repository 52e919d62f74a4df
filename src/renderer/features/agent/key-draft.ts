import {
  baseUrlSchema,
  choiceOf,
  customProviderIdSchema,
  providerKeySchema,
  type ProviderChoice,
  type ProviderView,
} from '../../../shared/model/models.ts';
import { providerSchema } from '../../../shared/model/spec.ts';
import { text } from '../../text/index.ts';

const words = text.agent.key;

export interface KeyDraft {
  /** One of those that OpenClaw knows, `custom`, or `listed`: one that the gateway has a key of. */
  readonly provider: string;
  readonly id: string;
  readonly url: string;
  readonly key: string;
}
export type KeyErrors = Partial<Record<keyof KeyDraft, string>>;

/** For a new key, or for another one of a provider that is there. Pure. */
export function beginDraft(of?: ProviderView): KeyDraft {
  const empty = { provider: 'openrouter', id: '', url: '', key: '' };
  if (of === undefined) return empty;
  const choice = choiceOf(of);
  switch (choice.kind) {
    case 'known':
      return { ...empty, provider: choice.provider };
    case 'custom':
      return { ...empty, provider: 'custom', id: choice.id, url: choice.baseUrl };
    case 'listed':
      return { ...empty, provider: 'listed', id: choice.id };
  }
}

/** Pure. */
export function checkDraft({ provider, id, url, key }: KeyDraft): KeyErrors {
  const isCustom = provider === 'custom';
  return {
    ...(isCustom && !customProviderIdSchema.safeParse(id.trim()).success ? { id: words.idWrong } : {}),
    ...(isCustom && !baseUrlSchema.safeParse(url.trim()).success ? { url: words.urlWrong } : {}),
    ...(providerKeySchema.safeParse(key.trim()).success ? {} : { key: words.keyWrong }),
  };
}

/** Of a draft without errors. Pure. */
export function buildChoice({ provider, id, url }: KeyDraft): ProviderChoice {
  if (provider === 'custom') return { kind: 'custom', id: id.trim(), baseUrl: url.trim() };
  if (provider === 'listed') return { kind: 'listed', id };
  return { kind: 'known', provider: providerSchema.parse(provider) };
}
