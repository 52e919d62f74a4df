import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { AlertMessage } from '../../shared/alert-words.ts';
import type { Alert, WebhookFormat } from '../../shared/model/alert.ts';
import type { Secret } from '../../shared/secret.ts';
import { officialTelegramApi } from '../openclaw/telegram.ts';
import { buildHook } from './webhook-formats.ts';

export type AlertEvent = 'fired' | 'cleared' | 'summary' | 'test';

/** What goes out at once: words for people, and what they are about for programs. */
export interface Outgoing {
  readonly event: AlertEvent;
  readonly message: AlertMessage;
  readonly alerts: readonly Alert[];
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Default 15 s. */
  readonly timeoutMs?: number;
  /** Before it is tried once more. */
  readonly againAfterMs?: readonly number[];
}

const TIMEOUT_MS = 15_000;
const AGAIN_AFTER_MS: readonly number[] = [1_000, 5_000];
/** What a channel asks us to wait is waited for up to here; what takes longer is tried at another time. */
const MOST_PATIENCE_MS = 30_000;
const MOST_ANSWER_CHARACTERS = 10_000;
/** Telegram takes 4096. */
const MOST_TELEGRAM_CHARACTERS = 4000;

const telegramAnswerSchema = z.object({
  ok: z.boolean(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().optional() }).optional(),
});

/** How one try went. */
type Try =
  | { readonly is: 'taken' }
  | { readonly is: 'refused'; readonly error: AppError }
  | { readonly is: 'missed'; readonly error: AppError; readonly afterMs?: number };

/**
 * The token is part of the address, so that no address and no error of fetch gets into what is thrown.
 * @throws AppError `telegram.token-rejected`, `telegram.unreachable`, `alert.telegram-refused`
 */
export async function sendTelegram(
  to: { readonly token: Secret; readonly chat: string; readonly api?: string },
  { message }: Outgoing,
  options: SendOptions,
): Promise<void> {
  const text = `${markOf(message.level)} ${message.title}\n${message.body}`.slice(0, MOST_TELEGRAM_CHARACTERS);
  const missed = (reason: string, afterMs?: number): Try => ({
    is: 'missed',
    error: new AppError('telegram.unreachable', { details: { reason } }),
    ...(afterMs === undefined ? {} : { afterMs }),
  });
  await tryAgain(options, async (signal) => {
    const url = `${to.api ?? officialTelegramApi}/bot${to.token.reveal()}/sendMessage`;
    const answer = await post(
      url,
      JSON.stringify({ chat_id: to.chat, text }),
      { 'content-type': 'application/json' },
      signal,
    );
    if ('problem' in answer) return missed(answer.problem);
    const parsed = telegramAnswerSchema.safeParse(parseJson(answer.text)).data;
    if (parsed?.ok === true) return { is: 'taken' };
    const reason = parsed?.description ?? `HTTP ${String(answer.status)}`;
    if (answer.status === 401 || answer.status === 404)
      return { is: 'refused', error: new AppError('telegram.token-rejected', { details: { reason } }) };
    const waitS = parsed?.parameters?.retry_after;
    if (answer.status === 429 || answer.status >= 500 || parsed === undefined)
      return missed(reason, waitS === undefined ? undefined : waitS * 1000);
    return { is: 'refused', error: new AppError('alert.telegram-refused', { details: { reason } }) };
  });
}

/** @throws AppError `alert.webhook-refused`, `alert.webhook-unreachable` */
export async function sendWebhook(
  to: { readonly url: Secret; readonly format: WebhookFormat },
  outgoing: Outgoing,
  options: SendOptions,
): Promise<void> {
  const { host } = new URL(to.url.reveal());
  const missed = (reason: string, afterMs?: number): Try => ({
    is: 'missed',
    error: new AppError('alert.webhook-unreachable', { details: { host, reason } }),
    ...(afterMs === undefined ? {} : { afterMs }),
  });
  await tryAgain(options, async (signal) => {
    const { url, body, headers } = buildHook(to.format, to.url.reveal(), outgoing);
    const answer = await post(url, body, headers, signal);
    if ('problem' in answer) return missed(answer.problem);
    const { status, retryAfterMs } = answer;
    if (status >= 200 && status < 300) return { is: 'taken' };
    const reason = `HTTP ${String(status)}`;
    if (status === 429 || status === 408 || status >= 500) return missed(reason, retryAfterMs);
    return { is: 'refused', error: new AppError('alert.webhook-refused', { details: { host, reason } }) };
  });
}

async function tryAgain(options: SendOptions, once: (signal: AbortSignal) => Promise<Try>): Promise<void> {
  const { signal, timeoutMs = TIMEOUT_MS, againAfterMs = AGAIN_AFTER_MS } = options;
  for (let again = 0; ; again += 1) {
    signal.throwIfAborted();
    const tried = await once(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    if (tried.is === 'taken') return;
    if (tried.is === 'refused') throw tried.error;
    signal.throwIfAborted();
    const pauseMs = Math.max(againAfterMs[again] ?? 0, tried.afterMs ?? 0);
    if (again >= againAfterMs.length || pauseMs > MOST_PATIENCE_MS) throw tried.error;
    await sleep(pauseMs, undefined, { signal }).catch((error: unknown) => {
      throw toAppError(signal.reason ?? error);
    });
  }
}

type Answer =
  | { readonly status: number; readonly text: string; readonly retryAfterMs: number | undefined }
  | { readonly problem: string };

/** A redirect is an answer like any other: what may be secret in an address goes to the one that a person gave, and nowhere else. */
async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    const text = (await response.text()).slice(0, MOST_ANSWER_CHARACTERS);
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
    return { status: response.status, text, retryAfterMs: Number.isFinite(wait) ? wait * 1000 : undefined };
  } catch (error) {
    return { problem: signal.aborted ? 'no answer in time' : networkCode(error) };
  }
}

/** fetch keeps what happened to the connection as the cause of its error. */
function networkCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : 'the connection failed';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function markOf(level: AlertMessage['level']): string {
  return { ok: '✅', warn: '⚠️', bad: '🔴' }[level];
}
