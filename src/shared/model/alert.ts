import { z } from 'zod';
import { instanceIdSchema, instanceNameSchema } from './ids.ts';

/** What is watched, in the order in which a person reads it. */
export const alertKinds = [
  'gateway-down',
  'machine-unreachable',
  'restart-loop',
  'disk',
  'memory',
  'certificate',
  'backup',
  'update',
  'exposure',
  'spend',
] as const;
export const alertKindSchema = z.enum(alertKinds);
export type AlertKind = z.infer<typeof alertKindSchema>;

export const alertChannelSchema = z.enum(['desktop', 'telegram', 'webhook']);
export type AlertChannel = z.infer<typeof alertChannelSchema>;

export const alertLevelSchema = z.enum(['warn', 'bad']);
export type AlertLevel = z.infer<typeof alertLevelSchema>;

/** More of one kind are not told apart. */
export const MOST_ABOUT = 50;

/** One thing that is wrong with one instance, or was: there is one record for each kind and instance. */
export const alertSchema = z.strictObject({
  instanceId: instanceIdSchema,
  instanceName: instanceNameSchema,
  kind: alertKindSchema,
  level: alertLevelSchema,
  /** In words: "The disk is 93 % full." */
  because: z.string().min(1).max(500),
  /** Which ones it is about, where each is news by itself. Absent: it is one thing. */
  about: z.array(z.string()).max(MOST_ABOUT).optional(),
  since: z.iso.datetime(),
  /** Absent: it is so still. */
  clearedAt: z.iso.datetime().optional(),
  /** Which channels have been told that it is so, and that it is over. */
  told: z.strictObject({ fired: z.array(alertChannelSchema), cleared: z.array(alertChannelSchema) }),
  /** Quiet hours kept it back: it is part of the summary that follows them, even when it is over by then. */
  heldBack: z.boolean().optional(),
});
export type Alert = z.infer<typeof alertSchema>;

export const webhookFormatSchema = z.enum(['json', 'ntfy', 'slack', 'discord']);
export type WebhookFormat = z.infer<typeof webhookFormatSchema>;

const hour = z.int().min(0, 'An hour is a number from 0 to 23.').max(23, 'An hour is a number from 0 to 23.');
const percent = z
  .int()
  .min(50, 'A share is a percentage from 50 to 99.')
  .max(99, 'A share is a percentage from 50 to 99.');

/** In the local time of whoever keeps watch; over midnight where `from` is the later one. */
export const quietHoursSchema = z
  .strictObject({
    from: hour,
    to: hour,
    /** Whether a gateway that is down, keeps restarting, or whose machine is away is told all the same. */
    tellDown: z.boolean().default(false),
  })
  .refine(({ from, to }) => from !== to, 'Quiet hours end at another hour than they begin.');
export type QuietHours = z.infer<typeof quietHoursSchema>;

export const alertLimitsSchema = z.strictObject({
  diskPercent: percent.default(90),
  memoryPercent: percent.default(95),
  /** Before a certificate runs out. */
  certificateDays: z
    .int()
    .min(1, 'A certificate is told of 1 to 60 days before its end.')
    .max(60, 'A certificate is told of 1 to 60 days before its end.')
    .default(7),
});
export type AlertLimits = z.infer<typeof alertLimitsSchema>;

/** A chat's number, or the name of a public channel. */
export const telegramChatSchema = z
  .string()
  .regex(/^(-?\d{1,20}|@[A-Za-z]\w{3,63})$/, 'A chat is a number like 123456789, or a channel like @my_alerts.');

/** How a person is told, and of what. Secrets are beside it, never in it. */
export const alertPolicySchema = z.strictObject({
  /** A notification of this computer, from an app that is open. */
  desktop: z.boolean().default(false),
  telegram: z.strictObject({ chat: telegramChatSchema }).optional(),
  webhook: z.strictObject({ format: webhookFormatSchema }).optional(),
  quiet: quietHoursSchema.optional(),
  off: z.array(alertKindSchema).max(alertKinds.length).default([]),
  limits: alertLimitsSchema.prefault({}),
  /** Of each instance, in a calendar month. Absent: what is spent is not asked for. */
  spendCapUsd: z
    .number()
    .min(0.01, 'A cap is at least one cent.')
    .max(1_000_000, 'That is no cap any more.')
    .optional(),
});
export type AlertPolicy = z.infer<typeof alertPolicySchema>;
export type AlertPolicyInput = z.input<typeof alertPolicySchema>;

/** Why a channel could not be told. */
export const channelTroubleSchema = z.strictObject({
  at: z.iso.datetime(),
  /** Of the error catalogue. */
  code: z.string(),
  message: z.string(),
});

/** What a door shows of the policy: where it leads, never with which secret. */
export const alertSettingsSchema = z.strictObject({
  policy: alertPolicySchema,
  /** The webhook's host, without what may be secret in its address. */
  webhookHost: z.string().optional(),
  trouble: z.partialRecord(alertChannelSchema, channelTroubleSchema),
});
export type AlertSettings = z.infer<typeof alertSettingsSchema>;

const NO_WEBHOOK = 'A webhook is an https address; http is for this computer alone (127.0.0.1).';
/** An address may hold a secret, so it is no part of a record. */
export const webhookUrlSchema = z
  .union(
    [z.url({ protocol: /^https$/ }), z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost|\[::1\])$/ })],
    NO_WEBHOOK,
  )
  .refine((url) => url.length <= 2000, 'An address has at most 2000 characters.')
  // It would be no secret: fetch refuses it, and says so.
  .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), 'A webhook’s address holds no user name and no password.');

/** The token of a bot, as BotFather writes it. */
export const botTokenSchema = z
  .string()
  .regex(/^\d{5,20}:[\w-]{20,100}$/, 'That is not a bot token, like 123456789:AAE….');
