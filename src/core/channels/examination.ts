import type { ChannelCheck } from '../../shared/model/channels.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import { readObject } from '../models/gateway-talk.ts';
import type { ConfigObject } from '../openclaw/config-document.ts';
import { readTelegramBot } from '../openclaw/telegram.ts';
import type { StateStore } from '../state/state-store.ts';
import type { BotBook } from './bot-book.ts';
import type { ChannelWish } from '../api-agent.ts';
import { readDiscordBot } from './discord.ts';
import { findTelegramRival } from './telegram-rivals.ts';

export interface ExaminationServices {
  readonly state: StateStore;
  readonly bots: BotBook;
  readonly telegramApi?: string | undefined;
  readonly discordApi?: string | undefined;
}

export interface Examined {
  readonly check: ChannelCheck;
  /** As `BotBook` knows it. */
  readonly bot?: string;
  /** Settings that follow from what was found; `null` takes one away. @param before those that are there */
  readonly follow?: (before: ConfigObject) => ConfigObject;
}

/** Asks a service about a bot before its token is kept. */
export interface Examination {
  readonly examine: (instance: Instance, wish: ChannelWish, signal: AbortSignal | undefined) => Promise<Examined>;
  /** Name of another instance that answers as this bot. */
  readonly nameOthers: (id: InstanceId, bot: string) => Promise<string | undefined>;
}

export function createExamination(services: ExaminationServices): Examination {
  const { state, bots } = services;

  const nameOthers = async (id: InstanceId, bot: string): Promise<string | undefined> => {
    const others = await bots.findOthers(id, bot);
    const named = await Promise.all(others.map((other) => state.instances.get(other)));
    return named.find((one) => one !== undefined)?.name;
  };

  const examine = async (instance: Instance, wish: ChannelWish, signal: AbortSignal | undefined): Promise<Examined> => {
    const known = (await bots.list()).filter((one) => one.instance === instance.id).map(({ bot }) => bot);
    if (wish.channel === 'telegram' && wish.secrets['botToken'] !== undefined) {
      return await examineTelegram(instance, wish.secrets['botToken'], known, signal);
    }
    if (wish.channel === 'discord' && wish.secrets['token'] !== undefined) {
      return await examineDiscord(instance, wish.secrets['token'], signal);
    }
    return { check: { warnings: [] } };
  };

  const examineTelegram = async (
    instance: Instance,
    token: Secret,
    known: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Examined> => {
    const { telegramApi: api } = services;
    const found = await readTelegramBot(token, {
      ...(api === undefined ? {} : { api }),
      ...(signal === undefined ? {} : { signal }),
    });
    const bot = `telegram:${String(found.id)}`;
    const other = await nameOthers(instance.id, bot);
    // Where it answers here already, the reader that Telegram sees is this very gateway.
    const rival =
      other !== undefined || known.includes(bot) ? undefined : await findTelegramRival(token, { api, signal });
    const warnings = [
      ...(other === undefined ? [] : [sayOther(`@${found.username}`, other)]),
      ...(rival === undefined ? [] : [rivalWords[rival](found.username)]),
    ];
    return { check: { identity: `@${found.username}`, warnings }, bot };
  };

  const examineDiscord = async (
    instance: Instance,
    token: Secret,
    signal: AbortSignal | undefined,
  ): Promise<Examined> => {
    const found = await readDiscordBot(token, { api: services.discordApi, signal });
    const bot = `discord:${found.id}`;
    const other = await nameOthers(instance.id, bot);
    const warnings = [
      ...(other === undefined ? [] : [sayOther(found.username, other)]),
      ...(found.readsMessages
        ? []
        : [
            'The Message Content intent is off: in servers the bot reads only what mentions it. Switch it on on the Bot page of the Discord developer portal.',
          ]),
      ...(found.servers === 0 ? ['The bot is in no server yet: open its invite link.'] : []),
    ];
    return {
      check: { identity: found.username, warnings, inviteUrl: found.inviteUrl },
      bot,
      follow: (before) => ({
        // Everybody in every server the bot is in could command it otherwise.
        ...('groupPolicy' in before ? {} : { groupPolicy: 'allowlist' }),
        ...followIntent(readObject(before, ['intents'])['messageContent'], found.readsMessages),
      }),
    };
  };

  return { examine, nameOthers };
}

/** A bot that asks for an intent that it has not is not let in; one that does not ask for what it has stays deaf. */
function followIntent(before: unknown, readsMessages: boolean): ConfigObject {
  if (readsMessages) return before === false ? { intents: { messageContent: null } } : {};
  return before === undefined ? { intents: { messageContent: false } } : {};
}

const rivalWords = {
  webhook: (name: string) =>
    `Somebody else takes the messages of @${name} by a webhook: this instance would switch that off.`,
  poller: (name: string) =>
    `Somebody else reads the messages of @${name} right now: two readers take them from each other. Stop that one, or make a new bot.`,
};

function sayOther(bot: string, other: string): string {
  return `Your instance ${other} answers as ${bot} already: two that answer as one bot take each other's messages. Make a new bot for this one.`;
}
