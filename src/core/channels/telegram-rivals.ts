import { z } from 'zod';
import { officialTelegramApi } from '../openclaw/telegram.ts';
import type { Secret } from '../../shared/secret.ts';

const TIMEOUT_MS = 10_000;

const webhookSchema = z.object({ ok: z.literal(true), result: z.object({ url: z.string() }) });
const refusalSchema = z.object({ ok: z.literal(false), error_code: z.number() });

/**
 * Whether somebody else takes this bot's messages already: Telegram gives each to one reader alone. Nothing is taken here:
 * what is read without an offset stays. Undefined: nobody was seen. The address holds the token, so no error of fetch is kept.
 */
export async function findTelegramRival(
  token: Secret,
  {
    api = officialTelegramApi,
    signal,
  }: { readonly api?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<'webhook' | 'poller' | undefined> {
  const ask = async (method: string): Promise<unknown> => {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    const limit = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      const response = await fetch(`${api}/bot${token.reveal()}/${method}`, { signal: limit });
      return await response.json();
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  };
  const webhook = webhookSchema.safeParse(await ask('getWebhookInfo'));
  if (webhook.success && webhook.data.result.url !== '') return 'webhook';
  const updates = refusalSchema.safeParse(await ask('getUpdates?timeout=0&limit=1'));
  return updates.success && updates.data.error_code === 409 ? 'poller' : undefined;
}
