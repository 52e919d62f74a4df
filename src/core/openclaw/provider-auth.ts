import { createHmac } from 'node:crypto';
import type { Provider } from '../../shared/model/spec.ts';
import type { Secret } from '../../shared/secret.ts';
import type { CallOptions, GatewayClient } from './gateway-client.ts';

interface ProviderFacts {
  /** As OpenClaw names it. */
  readonly id: string;
  /** What OpenClaw's own setup chooses for a key of this provider. */
  readonly defaultModel: string;
}

const PROVIDERS: Readonly<Record<Provider, ProviderFacts>> = {
  openrouter: { id: 'openrouter', defaultModel: 'openrouter/auto' },
  anthropic: { id: 'anthropic', defaultModel: 'anthropic/claude-opus-5' },
  gemini: { id: 'google', defaultModel: 'google/gemini-3.1-pro-preview' },
  openai: { id: 'openai', defaultModel: 'openai/gpt-6-astra' },
};

export function defaultModel(provider: Provider): string {
  return PROVIDERS[provider].defaultModel;
}

/** As OpenClaw names it. Pure. */
export function providerId(provider: Provider): string {
  return PROVIDERS[provider].id;
}

/** The gateway writes its config and reloads before it answers: seconds, on a busy machine many. */
const WRITE_TIMEOUT_MS = 90_000;

/*
 * Keys go in through the gateway, not through its command line: a question takes 0.1 s instead of 7, and the key travels
 * inside the connection, past every argument list and file of ours. The gateway keeps it in its own database, and notes the
 * profile in openclaw.json (which it rewrites for that as plain JSON, with a .bak beside it).
 */

/** Puts the key in the place of the one that was put in this way before. @throws AppError `gateway.rpc`, `gateway.unreachable` */
export async function writeProviderKey(
  client: GatewayClient,
  provider: Provider,
  key: Secret,
  options: CallOptions = {},
): Promise<void> {
  const params = { provider: PROVIDERS[provider].id, apiKey: key.reveal() };
  await client.call('models.authSetApiKey', params, { timeoutMs: WRITE_TIMEOUT_MS, ...options });
}

/**
 * Tells whether a key is the one that was written last, without keeping it: only who has the gateway's token can compare.
 * A key is too much to keep in a record, and a plain hash of one could be searched for. Pure.
 */
export function fingerprintKey(provider: Provider, key: Secret, gatewayToken: Secret): string {
  return createHmac('sha256', gatewayToken.reveal()).update(`provider key\0${provider}\0${key.reveal()}`).digest('hex');
}
