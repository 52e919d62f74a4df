import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { ChannelView } from '../../shared/model/channels.ts';
import type { Deeds } from '../models/deeds.ts';
import { isRpcError, readObject, readReason, type GatewayTalk, type WithGateway } from '../models/gateway-talk.ts';
import { installPlugin } from '../models/plugins.ts';
import type { ConfigObject } from '../openclaw/config-document.ts';
import type { StateStore } from '../state/state-store.ts';
import type { BotBook } from './bot-book.ts';
import { accountIdOf, buildRemoval, findAccountSettings, nameAccount } from './channel-account.ts';
import { createChannelLogin } from './channel-login.ts';
import { listFields, lookupSchema } from './channel-fields.ts';
import { channelStatusSchema, labelOf, listChannels, listRequests, pairingListSchema } from './channel-list.ts';
import type { Channels } from '../api-agent.ts';
import { createExamination } from './examination.ts';

const STATUS_TIMEOUT_MS = 60_000;
const SCHEMA_TIMEOUT_MS = 60_000;

export interface ChannelsServices {
  readonly withGateway: WithGateway;
  readonly state: StateStore;
  readonly deeds: Deeds;
  readonly bots: BotBook;
  readonly telegramApi?: string | undefined;
  readonly discordApi?: string | undefined;
  /** What `openclaw …` writes on the instance's machine, as its account. @throws AppError */
  readonly runThere: (name: string, args: readonly string[], signal?: AbortSignal) => Promise<string>;
}

const startSchema = z.object({ started: z.boolean() });
export function createChannels(services: ChannelsServices): Channels {
  const { withGateway, state, deeds, bots, runThere } = services;

  const { examine, nameOthers } = createExamination(services);

  const find = async (talk: GatewayTalk, channel: string): Promise<ConfigObject> => {
    const config = await talk.readConfig();
    if (!(channel in readObject(config, ['channels'])))
      throw new AppError('channel.unknown', { message: `There is no channel ${channel} here.` });
    return readObject(config, ['channels', channel]);
  };

  return {
    list: (name, options) =>
      withGateway(name, options, async (talk) => {
        const [config, status, pairing] = await Promise.all([
          talk.readConfig(),
          talk.ask(channelStatusSchema, 'channels.status', { probe: true, timeoutMs: 8000 }, STATUS_TIMEOUT_MS),
          talk.ask(pairingListSchema, 'channels.pairing.list'),
        ]);
        const listed = listChannels(config, status);
        await bots.learn(talk.instance.id, [...new Set(listed.flatMap(({ bot }) => bot ?? []))]);
        const channels = await Promise.all(
          listed.map(async ({ bot, ...channel }): Promise<ChannelView> => {
            const alsoAt = bot === undefined ? undefined : await nameOthers(talk.instance.id, bot);
            return { ...channel, ...(alsoAt === undefined ? {} : { alsoAt }) };
          }),
        );
        return { channels, requests: listRequests(pairing), ownerMissing: pairing.commandOwnerConfigured === false };
      }),
    kinds: (name, options) =>
      withGateway(name, options, async (talk) => {
        const { children } = await talk.ask(
          lookupSchema,
          'config.schema.lookup',
          { path: 'channels' },
          SCHEMA_TIMEOUT_MS,
        );
        return children
          .filter(({ key }) => key !== 'defaults' && key !== 'modelByChannel' && key !== 'qa-channel')
          .map(({ key, hint }) => ({ id: key, label: hint?.label ?? labelOf(key) }))
          .sort((a, b) => a.label.localeCompare(b.label, 'en'));
      }),
    fields: (name, channel, options) =>
      withGateway(name, options, async (talk) => {
        const path = `channels.${channel}`;
        const lookup = talk
          .ask(lookupSchema, 'config.schema.lookup', { path }, SCHEMA_TIMEOUT_MS)
          .catch((error: unknown) => {
            throw isAppError(error, 'gateway.rpc') ? new AppError('channel.unknown') : error;
          });
        const [found, help] = await Promise.all([
          lookup,
          // Without its help the secrets of the schema are asked for.
          runThere(name, ['channels', 'add', '--channel', channel, '--help'], options?.signal).catch(() => ''),
        ]);
        return listFields(help, found);
      }),
    check: async (name, wish, options) =>
      await withGateway(name, options, async ({ instance }) => {
        return (await examine(instance, wish, options?.signal)).check;
      }),
    add: (name, wish, options = {}) =>
      withGateway(name, options, async (talk) => {
        const { bot, follow, check } = await examine(talk.instance, wish, options.signal);
        if (check.warnings.length > 0 && options.anyway !== true) {
          throw new AppError('channel.doubtful', {
            message: check.warnings[0] ?? '',
            details: {
              warnings: check.warnings,
              ...(check.inviteUrl === undefined ? {} : { invite: check.inviteUrl }),
            },
          });
        }
        const { channel, account } = wish;
        const findSettings = (config: ConfigObject) =>
          findAccountSettings(channel, readObject(config, ['channels', channel]), account);
        // Nothing is installed for an account that is not there.
        findSettings(await talk.readConfig());
        await installPlugin(talk, channel);
        const secrets = Object.fromEntries(Object.entries(wish.secrets).map(([key, value]) => [key, value.reveal()]));
        try {
          await talk.patchConfig((config) => {
            const { before, put } = findSettings(config);
            const settings = put({ ...follow?.(before), ...wish.settings, ...secrets, enabled: true });
            return { channels: { [channel]: settings }, plugins: { entries: { [channel]: { enabled: true } } } };
          });
        } catch (error) {
          if (!isRpcError(error, /invalid config/i)) throw error;
          throw new AppError('channel.setting', { details: { reason: readReason(error) } });
        }
        if (bot !== undefined) {
          const others = (await bots.list()).filter((one) => one.instance === talk.instance.id).map((one) => one.bot);
          // Which of several was that of this account is known when the gateway is asked next.
          const kept = others.filter((one) => account !== undefined || !one.startsWith(`${channel}:`));
          await bots.learn(talk.instance.id, [...new Set([...kept, bot])]);
        }
        await deeds.note(
          talk.instance.id,
          `${nameAccount(channel, account)}: set up${check.identity === undefined ? '' : ` as ${check.identity}`}`,
        );
        return check;
      }),
    remove: (name, channel, { account, ...options } = {}) =>
      withGateway(name, options, async (talk) => {
        const isWhole = buildRemoval(channel, await find(talk, channel), account)[channel] === null;
        await talk.patchConfig((config) => ({
          channels: buildRemoval(channel, readObject(config, ['channels', channel]), account),
        }));
        await deeds.note(talk.instance.id, `${nameAccount(channel, account)}: removed`);
        if (!isWhole) return;
        const rest = (await bots.list()).filter((one) => one.instance === talk.instance.id).map(({ bot }) => bot);
        await bots.learn(
          talk.instance.id,
          rest.filter((bot) => !bot.startsWith(`${channel}:`)),
        );
        if (channel === 'telegram') {
          // The next deployment is not to speak of a bot that is gone.
          await state.instances.update(talk.instance.id, (old) => ({ ...(old ?? talk.instance), telegram: false }));
        }
      }),
    restart: (name, channel, { account, ...options } = {}) =>
      withGateway(name, options, async (talk) => {
        await find(talk, channel);
        const params = { channel, ...accountIdOf(account) };
        await talk.ask(z.unknown(), 'channels.stop', params, STATUS_TIMEOUT_MS);
        const { started } = await talk.ask(startSchema, 'channels.start', params, STATUS_TIMEOUT_MS);
        if (!started) throw new AppError('channel.not-started');
        await deeds.note(talk.instance.id, `${nameAccount(channel, account)}: restarted`);
      }),
    stop: (name, channel, { account, ...options } = {}) =>
      withGateway(name, options, async (talk) => {
        await find(talk, channel);
        await talk.ask(z.unknown(), 'channels.stop', { channel, ...accountIdOf(account) }, STATUS_TIMEOUT_MS);
        await deeds.note(talk.instance.id, `${nameAccount(channel, account)}: stopped`);
      }),
    approve: (name, channel, answer, options) =>
      withGateway(name, options, async (talk) => {
        if ('code' in answer) {
          // Only OpenClaw's own command line knows the codes.
          await runThere(name, ['pairing', 'approve', channel, answer.code], options?.signal).catch(
            (error: unknown) => {
              throw isAppError(error, 'gateway.rpc')
                ? new AppError('pairing.unknown', { details: error.details ?? {} })
                : error;
            },
          );
        } else {
          const { requestId, account: accountId = 'default' } = answer;
          await answerRequest(talk, 'channels.pairing.approve', { channel, accountId, requestId });
        }
        await deeds.note(talk.instance.id, `Channel ${channel}: somebody was let in`);
      }),
    dismiss: (name, channel, requestId, accountId = 'default', options) =>
      withGateway(name, options, async (talk) => {
        await answerRequest(talk, 'channels.pairing.dismiss', { channel, accountId, requestId });
        await deeds.note(talk.instance.id, `Channel ${channel}: a request was turned down`);
      }),
    ...createChannelLogin({ withGateway, deeds }),
  };
}

async function answerRequest(
  talk: GatewayTalk,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    await talk.ask(z.unknown(), method, params);
  } catch (error) {
    if (!isRpcError(error, /not found|unknown|expired|no pending/i)) throw error;
    throw new AppError('pairing.unknown', { details: { reason: readReason(error) } });
  }
}
