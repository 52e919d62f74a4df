import type { ProviderChoice } from '../../shared/model/models.ts';
import type { Secret } from '../../shared/secret.ts';
import type { ConfigObject } from '../openclaw/config-document.ts';
import { readObject, type GatewayTalk } from './gateway-talk.ts';

const WRITE_TIMEOUT_MS = 120_000;
/** A provider of one's own is written into openclaw.json with its models, which a person reads. */
const MOST_MODELS = 200;

/** Where the gateway keeps keys of providers that it knows itself. */
export async function storeKey(talk: GatewayTalk, provider: string, key: Secret): Promise<void> {
  const params = { provider, apiKey: key.reveal() };
  await talk.askToWrite(['auth', 'plugins'], 'models.authSetApiKey', params, WRITE_TIMEOUT_MS);
}

/** To where its key is now. */
export async function giveListedKey(talk: GatewayTalk, id: string, key: Secret): Promise<void> {
  if ('apiKey' in readObject(await talk.readConfig(), ['models', 'providers', id])) {
    await talk.patchConfig(() => ({ models: { providers: { [id]: { apiKey: key.reveal() } } } }));
  } else await storeKey(talk, id, key);
}

/** How a provider that is there already speaks. Undefined: nothing is written of it. Pure. */
export function readApi(config: ConfigObject, id: string): string | undefined {
  const { api } = readObject(config, ['models', 'providers', id]);
  return typeof api === 'string' ? api : undefined;
}

/**
 * Writes a provider of one's own into openclaw.json. How one that is there speaks, and what somebody wrote about its models, stays.
 * @param models ids of what it offers
 */
export async function giveCustomKey(
  talk: GatewayTalk,
  { id, baseUrl }: Extract<ProviderChoice, { kind: 'custom' }>,
  key: Secret,
  models: readonly string[],
): Promise<void> {
  const listed = models.slice(0, MOST_MODELS).map((model) => ({ id: model, name: model }));
  await talk.patchConfig((config) => {
    const before = readObject(config, ['models', 'providers', id]);
    const written = before['models'];
    const isListed = Array.isArray(written) && (written.length > 0 || listed.length === 0);
    const provider = {
      baseUrl,
      apiKey: key.reveal(),
      ...('api' in before ? {} : { api: 'openai-completions' }),
      ...(isListed ? {} : { models: listed }),
    };
    return { models: { providers: { [id]: provider } } };
  });
}

/** The key alone; of a provider of which nothing else is written, all of it. */
export async function removeWrittenKey(talk: GatewayTalk, id: string): Promise<void> {
  await talk.patchConfig((config) => {
    const members = Object.keys(readObject(config, ['models', 'providers', id]));
    const isMore = members.some((member) => member !== 'apiKey');
    return { models: { providers: { [id]: isMore ? { apiKey: null } : null } } };
  });
}
