import { z } from 'zod';
import type { ModelsView, ModelView, ProviderView } from '../../shared/model/models.ts';
import type { ConfigObject } from '../openclaw/config-document.ts';
import { readObject } from './gateway-talk.ts';

export const modelListSchema = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      name: z.string().optional(),
      provider: z.string(),
      contextWindow: z.number().optional(),
      available: z.boolean().optional(),
    }),
  ),
  pendingProviders: z.array(z.string()).optional(),
  refreshFailed: z.boolean().optional(),
});

export const authStatusSchema = z.object({
  providers: z.array(
    z.object({
      provider: z.string(),
      displayName: z.string().optional(),
      status: z.string(),
      profiles: z.array(z.object({ profileId: z.string(), logoutSupported: z.boolean().optional() })),
      apiKey: z.object({ source: z.string() }).optional(),
    }),
  ),
});

/** Puts together what the gateway says of models and keys, and what its config says of both. Pure. */
export function buildModelsView(
  config: ConfigObject,
  list: z.infer<typeof modelListSchema>,
  auth: z.infer<typeof authStatusSchema>,
): ModelsView {
  const models = new Map<string, ModelView>();
  for (const { id, name, provider, contextWindow, available = true } of list.models) {
    // Of its own router OpenRouter says `openrouter/auto`, where everything else goes without its provider.
    const ref = id.startsWith(`${provider}/`) ? id : `${provider}/${id}`;
    if (models.get(ref)?.available === true) continue;
    models.set(ref, {
      ref,
      name: name ?? id,
      provider,
      available,
      ...(contextWindow === undefined ? {} : { contextWindow }),
    });
  }
  return {
    ...readChoice(config),
    providers: listProviders(config, auth),
    models: [...models.values()].sort((a, b) => a.ref.localeCompare(b.ref, 'en')),
    incomplete: list.refreshFailed === true || (list.pendingProviders ?? []).length > 0,
  };
}

/** `agents.defaults.model` is a name, or one with fallbacks. Pure. */
export function readChoice(config: ConfigObject): { primary?: string; fallbacks: string[] } {
  const model = readObject(config, ['agents', 'defaults'])['model'];
  if (typeof model === 'string') return { primary: model, fallbacks: [] };
  const { primary, fallbacks } = readObject(config, ['agents', 'defaults', 'model']);
  return {
    ...(typeof primary === 'string' ? { primary } : {}),
    fallbacks: Array.isArray(fallbacks) ? fallbacks.filter((one) => typeof one === 'string') : [],
  };
}

function listProviders(config: ConfigObject, auth: z.infer<typeof authStatusSchema>): ProviderView[] {
  const own = readObject(config, ['models', 'providers']);
  const known = auth.providers.map(({ provider, displayName, status, profiles, apiKey }): ProviderView => {
    const { baseUrl } = readObject(own, [provider]);
    const key = profiles.length > 0 ? 'stored' : readSource(apiKey?.source);
    return {
      id: provider,
      name: displayName ?? provider,
      key,
      status,
      removable: key === 'stored' || (key === 'config' && provider in own),
      ...(typeof baseUrl === 'string' ? { baseUrl } : {}),
    };
  });
  const rest = Object.keys(own)
    .filter((id) => known.every((one) => one.id !== id))
    .map((id): ProviderView => {
      const { baseUrl, apiKey } = readObject(own, [id]);
      const key = apiKey === undefined ? 'none' : 'config';
      return {
        id,
        name: id,
        key,
        status: 'static',
        removable: key === 'config',
        ...(typeof baseUrl === 'string' ? { baseUrl } : {}),
      };
    });
  return [...known, ...rest];
}

function readSource(source: string | undefined): ProviderView['key'] {
  if (source === undefined) return 'none';
  return source === 'config' ? 'config' : 'environment';
}
