import { z } from 'zod';
import { errorReportSchema } from '../shared/app-error.ts';
import { alertChannelSchema, alertSchema, alertSettingsSchema } from '../shared/model/alert.ts';
import type { AlertTest } from '../core/index.ts';

/* What the commands about alerts add to the last line of `--json`. Fields are added, never changed or taken away. */

export const alertAnswers = {
  alerts: z.array(alertSchema).optional(),
  alertSettings: alertSettingsSchema.optional(),
  alertTests: z
    .array(z.strictObject({ channel: alertChannelSchema, problem: errorReportSchema.optional() }))
    .optional(),
  watchService: z
    .strictObject({
      state: z.enum(['unsupported', 'absent', 'installed', 'running']),
      name: z.string().optional(),
      file: z.string().optional(),
      note: z.string().optional(),
    })
    .optional(),
};

/** Written by `watch --json` when it has begun, first of all. */
export const watchingLineSchema = z.strictObject({ type: z.literal('watching') });

export function reportTests(tests: readonly AlertTest[]): NonNullable<z.infer<(typeof alertAnswers)['alertTests']>> {
  return tests.map(({ channel, problem }) => ({
    channel,
    ...(problem === undefined ? {} : { problem: problem.toReport() }),
  }));
}
