import { z } from 'zod';
import {
  alertChannelSchema,
  alertPolicySchema,
  alertSchema,
  channelTroubleSchema,
  type Alert,
} from '../../shared/model/alert.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { secretRefSchema } from '../../shared/model/instance.ts';
import { versionSchema } from '../../shared/model/spec.ts';
import type { Versioned } from './versioned.ts';

const keptPolicySchema = z.strictObject({
  policy: alertPolicySchema,
  telegramToken: secretRefSchema.optional(),
  webhookUrl: secretRefSchema.optional(),
  webhookHost: z.string().optional(),
});
/** The policy, and where its secrets are kept. Never the secrets. */
export type KeptPolicy = z.infer<typeof keptPolicySchema>;

const alertMarksSchema = z.strictObject({
  /** What the registry offered when it was asked last. */
  newest: z.strictObject({ version: versionSchema.optional(), at: z.iso.datetime() }).optional(),
  /** When an instance was last looked at from outside, and what was open by then and is nobody's fault. */
  exposure: z.record(instanceIdSchema, z.strictObject({ at: z.iso.datetime(), open: z.array(z.string()) })).default({}),
  /** Stopped by a person's word: that they stand still is no news. */
  stopped: z.array(instanceIdSchema).default([]),
  trouble: z.partialRecord(alertChannelSchema, channelTroubleSchema).default({}),
});
export type AlertMarks = z.infer<typeof alertMarksSchema>;

export const alertRecord: Versioned<Alert> = { version: 1, schema: alertSchema, migrations: {} };
export const keptPolicyRecord: Versioned<KeptPolicy> = { version: 1, schema: keptPolicySchema, migrations: {} };
export const alertMarksRecord: Versioned<AlertMarks> = { version: 1, schema: alertMarksSchema, migrations: {} };
export const blankMarks: AlertMarks = { exposure: {}, stopped: [], trouble: {} };
