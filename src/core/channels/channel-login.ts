import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { ChannelLogin } from '../../shared/model/channels.ts';
import type { Channels } from '../api-agent.ts';
import type { Deeds } from '../models/deeds.ts';
import { accountIdOf, nameAccount } from './channel-account.ts';
import { readReason, type GatewayTalk, type WithGateway } from '../models/gateway-talk.ts';

const LOGIN_TIMEOUT_MS = 60_000;
const CODE_TIMEOUT_MS = 30_000;
/** A gateway lets nobody wait for longer in one question. */
const SCAN_WAIT_MS = 25_000;

const loginSchema = z.object({
  message: z.string().optional(),
  qrDataUrl: z.string().optional(),
  connected: z.boolean().optional(),
  sessionKey: z.string().optional(),
});

export interface ChannelLoginServices {
  readonly withGateway: WithGateway;
  readonly deeds: Pick<Deeds, 'note'>;
}

/** The login of channels that are an app on a phone: a code is shown here and scanned there. */
export function createChannelLogin({
  withGateway,
  deeds,
}: ChannelLoginServices): Pick<Channels, 'beginLogin' | 'awaitLogin'> {
  return {
    beginLogin: (name, channel, { anew = false, account, ...options } = {}) =>
      withGateway(name, options, async (talk) => {
        // By force a phone that is linked is unlinked first.
        const params = { channel, force: anew, timeoutMs: CODE_TIMEOUT_MS, ...accountIdOf(account) };
        const login = await ask(talk, 'web.login.start', params, LOGIN_TIMEOUT_MS);
        if (anew)
          await deeds.note(
            talk.instance.id,
            `${nameAccount(channel, account)}: unlinked from its phone, to link it anew`,
          );
        return login;
      }),
    awaitLogin: (name, channel, { qr, sessionKey }, { account, ...options } = {}) =>
      withGateway(name, options, async (talk) => {
        const params = {
          channel,
          timeoutMs: SCAN_WAIT_MS,
          ...accountIdOf(account),
          ...(qr === undefined ? {} : { currentQrDataUrl: qr }),
          ...(sessionKey === undefined ? {} : { sessionKey }),
        };
        const login = await ask(talk, 'web.login.wait', params, SCAN_WAIT_MS + LOGIN_TIMEOUT_MS);
        if (login.connected) await deeds.note(talk.instance.id, `${nameAccount(channel, account)}: linked to a phone`);
        return login;
      }),
  };
}

async function ask(
  talk: GatewayTalk,
  method: string,
  params: Readonly<Record<string, unknown>>,
  timeoutMs: number,
): Promise<ChannelLogin> {
  try {
    const answer = await talk.ask(loginSchema, method, params, timeoutMs);
    const { message = '', qrDataUrl: qr, connected = false, sessionKey } = answer;
    return {
      connected,
      says: message,
      ...(qr === undefined ? {} : { qr }),
      ...(sessionKey === undefined ? {} : { sessionKey }),
    };
  } catch (error) {
    if (!isAppError(error, 'gateway.rpc')) throw error;
    throw new AppError('channel.no-scan', { details: { reason: readReason(error) } });
  }
}
