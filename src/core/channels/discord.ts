import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';

export const officialDiscordApi = 'https://discord.com/api/v10';

export interface DiscordBot {
  readonly id: string;
  readonly username: string;
  /** Whether it may read what is written in servers; without it Discord closes the connection with 4014. */
  readonly readsMessages: boolean;
  /** Servers that it was invited to; undefined: Discord did not say. */
  readonly servers?: number;
  readonly inviteUrl: string;
}

export interface DiscordOptions {
  /** Base URL without a trailing slash. Default Discord's own. */
  readonly api?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 15_000;
/** GATEWAY_MESSAGE_CONTENT, and its kind for bots in fewer than 100 servers. */
const MESSAGE_CONTENT = (1 << 18) | (1 << 19);
/** See channels, send, embed, attach, read history, react, use threads. */
const PERMISSIONS = '274878024768';

const botSchema = z.object({ id: z.string(), username: z.string() });
const applicationSchema = z.object({ id: z.string(), flags: z.number().optional() });
const guildsSchema = z.array(z.unknown());

/** Asks Discord whose token this is and what the bot may. @throws AppError `channel.discord-token`, `channel.discord-unreachable` */
export async function readDiscordBot(token: Secret, options: DiscordOptions = {}): Promise<DiscordBot> {
  const bot = await get('/users/@me', botSchema, token, options);
  const [application, guilds] = await Promise.all([
    get('/applications/@me', applicationSchema, token, options),
    get('/users/@me/guilds', guildsSchema, token, options).catch(() => undefined),
  ]);
  options.signal?.throwIfAborted();
  const invite = new URL('https://discord.com/oauth2/authorize');
  invite.searchParams.set('client_id', application.id);
  invite.searchParams.set('scope', 'bot applications.commands');
  invite.searchParams.set('permissions', PERMISSIONS);
  return {
    id: bot.id,
    username: bot.username,
    readsMessages: ((application.flags ?? 0) & MESSAGE_CONTENT) !== 0,
    ...(guilds === undefined ? {} : { servers: guilds.length }),
    inviteUrl: invite.href,
  };
}

async function get<T>(path: string, schema: z.ZodType<T>, token: Secret, options: DiscordOptions): Promise<T> {
  const { api = officialDiscordApi, signal } = options;
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const limit = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  let status = 0;
  let body: unknown;
  try {
    const headers = { authorization: `Bot ${token.reveal()}` };
    const response = await fetch(`${api}${path}`, { headers, signal: limit, redirect: 'manual' });
    status = response.status;
    body = await response.json();
  } catch {
    signal?.throwIfAborted();
    if (status === 0) {
      const reason = deadline.aborted ? 'no answer in time' : 'the connection failed';
      throw new AppError('channel.discord-unreachable', { details: { reason } });
    }
  }
  if (status === 401 || status === 403) throw new AppError('channel.discord-token', { details: { status } });
  const parsed = schema.safeParse(body);
  if (status !== 200 || !parsed.success) throw new AppError('channel.discord-unreachable', { details: { status } });
  return parsed.data;
}
