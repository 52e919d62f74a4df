import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import {
  alertChannelSchema,
  alertPolicySchema,
  alertSchema,
  alertSettingsSchema,
  botTokenSchema,
  webhookUrlSchema,
} from '../model/alert.ts';
import { call, nothing } from './call.ts';

/*
 * Alerts, and the service that keeps watch while no window is open.
 */

const watchServiceSchema = z.strictObject({
  state: z.enum(['unsupported', 'absent', 'installed', 'running']),
  name: z.string().optional(),
  file: z.string().optional(),
  note: z.string().optional(),
});

const alertTestSchema = z.strictObject({ channel: alertChannelSchema, problem: errorReportSchema.optional() });
export type AlertTestView = z.infer<typeof alertTestSchema>;

export const alertCalls = {
  /** What is so now first, then what was. */
  'alert.list': call(nothing, z.array(alertSchema)),
  'alert.settings': call(nothing, alertSettingsSchema),
  /** Replaces the policy. A secret that is left out stays as it is kept. */
  'alert.set': call(
    z.strictObject({
      policy: alertPolicySchema,
      telegramToken: botTokenSchema.optional(),
      webhookUrl: webhookUrlSchema.optional(),
    }),
    alertSettingsSchema,
  ),
  /** Tells every channel at once, whatever the hour. */
  'alert.test': call(nothing, z.array(alertTestSchema)),
  'watch.status': call(nothing, watchServiceSchema),
  'watch.install': call(nothing, watchServiceSchema),
  'watch.uninstall': call(nothing, watchServiceSchema),
} as const;

export const alertEvents = {
  /** One came, ended, or was told. */
  'alert.changed': nothing,
} as const;
