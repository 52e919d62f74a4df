import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';

export const officialTelegramApi = 'https://api.telegram.org';

export interface TelegramBot {
  readonly id: number;
  /** Without the @. */
  readonly username: string;
  readonly name: string;
}

export interface TelegramOptions {
  /** Base URL without a trailing slash. Default Telegram's own. */
  readonly api?: string;
  /** Default 15 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MS = 15_000;

const answerSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    result: z.object({ id: z.number(), is_bot: z.literal(true), username: z.string(), first_name: z.string() }),
  }),
  z.object({ ok: z.literal(false), error_code: z.number(), description: z.string() }),
]);

/**
 * Asks Telegram whose token this is. The token is part of the address, so no address, and no error of fetch (which may quote
 * it), gets into what is thrown.
 * @throws AppError `telegram.token-rejected`, `telegram.unreachable`
 */
export async function readTelegramBot(token: Secret, options: TelegramOptions = {}): Promise<TelegramBot> {
  const { api = officialTelegramApi, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const limit = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  let status: number | undefined;
  let body: unknown;
  try {
    const response = await fetch(`${api}/bot${token.reveal()}/getMe`, { signal: limit });
    status = response.status;
    body = await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    // An answer that is no JSON is judged by its status.
    if (status === undefined) throw unreachable(deadline.aborted ? 'no answer in time' : networkCode(error));
  }
  const answer = answerSchema.safeParse(body).data;
  if (answer?.ok === true) {
    const { id, username, first_name: name } = answer.result;
    return { id, username, name };
  }
  // 404 is what Telegram says to a token that is not even shaped like one.
  if (answer?.ok === false && [401, 403, 404].includes(answer.error_code)) {
    throw new AppError('telegram.token-rejected', { details: { reason: answer.description } });
  }
  throw unreachable(answer?.ok === false ? answer.description : `HTTP ${String(status)}`);
}

function unreachable(reason: string): AppError {
  return new AppError('telegram.unreachable', { details: { reason } });
}

/** fetch keeps what happened to the connection as the cause of its error. */
function networkCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : 'the connection failed';
}
