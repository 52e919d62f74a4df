import { z } from 'zod';

export const channelIdSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'A channel is named like telegram.');

/** One channel of an instance, as its gateway sees it. */
export const channelViewSchema = z.strictObject({
  id: channelIdSchema,
  label: z.string(),
  account: z.string(),
  state: z.enum(['connected', 'connecting', 'stopped', 'off', 'failed', 'unconfigured']),
  /** Who it is there: `@my_bot`. */
  identity: z.string().optional(),
  lastError: z.string().optional(),
  lastConnectedAt: z.iso.datetime().optional(),
  lastInboundAt: z.iso.datetime().optional(),
  /** Who may write to it without being asked about, from its settings. */
  allowed: z.array(z.string()),
  policy: z.string().optional(),
  /** Name of another instance of ours that answers as the same bot. */
  alsoAt: z.string().optional(),
  /** Whether it is connected by scanning a code. */
  scans: z.boolean(),
});
export type ChannelView = z.infer<typeof channelViewSchema>;

export const channelKindSchema = z.strictObject({ id: channelIdSchema, label: z.string() });
export type ChannelKind = z.infer<typeof channelKindSchema>;

export const channelFieldSchema = z.strictObject({
  /** Below `channels.<id>` in openclaw.json. */
  key: z.string(),
  label: z.string(),
  help: z.string().optional(),
  secret: z.boolean(),
  kind: z.enum(['text', 'switch']),
});
export type ChannelField = z.infer<typeof channelFieldSchema>;

const settingKeySchema = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'A setting is named like botToken.');

export const channelSettingsSchema = z.record(
  settingKeySchema,
  z.union([
    z.boolean(),
    z
      .string()
      .min(1)
      .max(4096)
      .regex(/^\P{Cc}*$/u, 'It holds control characters.'),
  ]),
);
export type ChannelSettings = z.infer<typeof channelSettingsSchema>;

export const channelSecretsSchema = z.record(
  settingKeySchema,
  z
    .string()
    .min(1)
    .max(4096)
    .regex(/^[\x21-\x7e]+$/, 'A token has no spaces.'),
);

/** What was found out about a bot before its token is kept. */
export const channelCheckSchema = z.strictObject({
  identity: z.string().optional(),
  /** What would go wrong; empty: nothing known. */
  warnings: z.array(z.string()),
  /** Where the bot is invited to a server of chats. */
  inviteUrl: z.url().optional(),
});
export type ChannelCheck = z.infer<typeof channelCheckSchema>;

export const pairingRequestSchema = z.strictObject({
  requestId: z.string(),
  channel: channelIdSchema,
  account: z.string(),
  sender: z.string(),
  /** What that person calls themselves. */
  name: z.string().optional(),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
});
export type PairingRequest = z.infer<typeof pairingRequestSchema>;

/** Eight characters from a chat; `I`, `O`, `0` and `1` are in none. */
export const pairingCodeSchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9]{6,12}$/, 'A code has eight letters and digits.');

export const channelsViewSchema = z.strictObject({
  channels: z.array(channelViewSchema),
  requests: z.array(pairingRequestSchema),
  /** Nobody is approved as the owner who may give commands. */
  ownerMissing: z.boolean(),
});
export type ChannelsView = z.infer<typeof channelsViewSchema>;

/** A code to scan, or that it is done. */
export const channelLoginSchema = z.strictObject({
  connected: z.boolean(),
  says: z.string(),
  /** A picture as a `data:` address. */
  qr: z
    .string()
    .regex(/^data:image\/png;base64,[A-Za-z0-9+/=]+$/)
    .max(20_000)
    .optional(),
  sessionKey: z.string().optional(),
});
export type ChannelLogin = z.infer<typeof channelLoginSchema>;
