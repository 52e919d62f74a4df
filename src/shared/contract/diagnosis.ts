import { z } from 'zod';
import { diagnosisSchema, doctorDiffSchema } from '../model/diagnosis.ts';
import { instanceIdSchema } from '../model/ids.ts';
import { call } from './call.ts';

/*
 * What is wrong with an instance. Mending it is `change.preview` and `change.start` of a `repair`.
 */

const one = z.strictObject({ instanceId: instanceIdSchema });

const bundleIdSchema = z.string().min(1).max(64);

const bundleSchema = z.strictObject({
  bundleId: bundleIdSchema,
  fileName: z.string(),
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
});
export type BundleView = z.infer<typeof bundleSchema>;

export const diagnosisCalls = {
  /** `slow`: what OpenClaw itself finds, and what is seen from outside. Changes nothing. */
  'diagnosis.look': call(one.extend({ depth: z.enum(['quick', 'slow']) }), diagnosisSchema),
  /** What OpenClaw's doctor would write, tried on a copy. */
  'diagnosis.doctorDiff': call(one, doctorDiffSchema),
  /** Every file of it, as it would be saved: to be read first. */
  'diagnosis.bundle': call(one, bundleSchema),
  /** To a file that the person chooses; where the door writes none, its bytes (base64) for the page. False: they chose none. */
  'diagnosis.saveBundle': call(
    z.strictObject({ bundleId: bundleIdSchema }),
    z.strictObject({ saved: z.boolean(), archive: z.string().optional() }),
  ),
} as const;
