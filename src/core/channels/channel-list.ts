import { z } from 'zod';
import type { ChannelView, PairingRequest } from '../../shared/model/channels.ts';
import { channelIdSchema } from '../../shared/model/channels.ts';
import { readObject } from '../models/gateway-talk.ts';
import type { ConfigObject } from '../openclaw/config-document.ts';

const moment = z.number().nullish();
const botSchema = z.object({ id: z.union([z.number(), z.string()]).nullish(), username: z.string().nullish() });

const accountSchema = z.object({
  accountId: z.string(),
  enabled: z.boolean().optional(),
  configured: z.boolean().optional(),
  running: z.boolean().optional(),
  connected: z.boolean().optional(),
  linked: z.boolean().optional(),
  restartPending: z.boolean().optional(),
  lastError: z.string().nullish(),
  stateReason: z.string().nullish(),
  lastConnectedAt: moment,
  lastInboundAt: moment,
  bot: botSchema.nullish().catch(undefined),
  probe: z
    .object({ ok: z.boolean().optional(), error: z.string().nullish(), bot: botSchema.nullish() })
    .nullish()
    .catch(undefined),
});
type Account = z.infer<typeof accountSchema>;

export const channelStatusSchema = z.object({
  channelLabels: z.record(z.string(), z.string()).default({}),
  channelAccounts: z.record(z.string(), z.array(accountSchema)).default({}),
});

export const pairingListSchema = z.object({
  requests: z.array(
    z.object({
      requestId: z.string(),
      channel: z.string(),
      accountId: z.string().default('default'),
      senderId: z.string(),
      metadata: z.record(z.string(), z.unknown()).optional(),
      createdAt: z.string(),
      expiresAt: z.string().optional(),
    }),
  ),
  commandOwnerConfigured: z.boolean().optional(),
});

/** WhatsApp and its like have no token: a phone scans a code. */
const SCANNED = new Set(['whatsapp', 'zalouser']);

export interface ListedChannel extends ChannelView {
  /** `telegram:123456`: public, and the same wherever the same bot answers. */
  readonly bot?: string;
}

/** What the gateway says of its channels, and what its config has of those that it has not loaded. Pure. */
export function listChannels(config: ConfigObject, status: z.infer<typeof channelStatusSchema>): ListedChannel[] {
  const configured = readObject(config, ['channels']);
  const ids = Object.keys(configured).filter(
    (id) => id !== 'defaults' && id !== 'modelByChannel' && channelIdSchema.safeParse(id).success,
  );
  return ids.flatMap((id): ListedChannel[] => {
    const settings = readObject(configured, [id]);
    const accounts = status.channelAccounts[id] ?? [];
    const label = status.channelLabels[id] ?? labelOf(id);
    const shared = { id, label, allowed: readAllowed(settings), scans: SCANNED.has(id), ...readPolicy(settings) };
    if (accounts.length === 0) {
      const state = settings['enabled'] === false ? 'off' : 'stopped';
      return [{ ...shared, account: 'default', state }];
    }
    return accounts.map((account) => ({ ...shared, ...viewAccount(id, account) }));
  });
}

function viewAccount(
  channel: string,
  account: Account,
): Pick<ListedChannel, 'account' | 'state' | 'identity' | 'lastError' | 'lastConnectedAt' | 'lastInboundAt' | 'bot'> {
  const bot = account.probe?.bot ?? account.bot ?? undefined;
  const lastError = account.lastError ?? account.probe?.error ?? undefined;
  const botId = bot?.id ?? undefined;
  const username = bot?.username ?? undefined;
  const at = (value: number | null | undefined): string | undefined =>
    value === null || value === undefined ? undefined : new Date(value).toISOString();
  const lastConnectedAt = at(account.lastConnectedAt);
  const lastInboundAt = at(account.lastInboundAt);
  return {
    account: account.accountId,
    state: readState(account),
    ...(username === undefined ? {} : { identity: `@${username}` }),
    ...(lastError === undefined ? {} : { lastError: lastError.slice(0, 500) }),
    ...(lastConnectedAt === undefined ? {} : { lastConnectedAt }),
    ...(lastInboundAt === undefined ? {} : { lastInboundAt }),
    ...(botId === undefined ? {} : { bot: `${channel}:${String(botId)}` }),
  };
}

function readState(account: Account): ChannelView['state'] {
  if (account.enabled === false) return 'off';
  if (account.configured === false) return 'unconfigured';
  if (account.running === true) {
    // That its token is good does not say that it hears anything: another program may fetch its messages.
    if (account.connected ?? account.probe?.ok === true) return 'connected';
    return (account.lastError ?? null) === null ? 'connecting' : 'failed';
  }
  return (account.lastError ?? null) === null ? 'stopped' : 'failed';
}

export function listRequests({ requests }: z.infer<typeof pairingListSchema>): PairingRequest[] {
  return requests.map(({ requestId, channel, accountId, senderId, metadata = {}, createdAt, expiresAt }) => {
    const { username, firstName, name } = metadata;
    const called = [username, firstName, name].find((one) => typeof one === 'string' && one !== '');
    return {
      requestId,
      channel,
      account: accountId,
      sender: senderId,
      createdAt,
      ...(typeof called === 'string' ? { name: called === username ? `@${called}` : called } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  });
}

/** `nextcloud-talk` as a person writes it, where the gateway has not said. Pure. */
export function labelOf(id: string): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

function readAllowed(settings: ConfigObject): string[] {
  const { allowFrom } = settings;
  return Array.isArray(allowFrom) ? allowFrom.map((one) => String(one)) : [];
}

function readPolicy({ dmPolicy }: ConfigObject): { policy?: string } {
  return typeof dmPolicy === 'string' ? { policy: dmPolicy } : {};
}
