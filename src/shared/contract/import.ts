import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { adoptionChoiceSchema, foundIdSchema, tokenPlaceSchema } from '../model/adoption.ts';
import { instanceNameSchema, runIdSchema } from '../model/ids.ts';
import { portSchema, targetSchema } from '../model/target.ts';
import { call } from './call.ts';
import { draftIdSchema, fingerprintsSchema, loginSecretsSchema, previewSchema } from './deployment.ts';

/** An OpenClaw that was found at a place. Never its token. */
export const foundInstallSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['container', 'service']),
  /** Name of the container, or account of the service. */
  title: z.string(),
  version: z.string().optional(),
  port: portSchema.optional(),
  stateDir: z.string().optional(),
  token: tokenPlaceSchema.optional(),
  /** The instance of ours that it is already. */
  ours: z.string().optional(),
  /** Why it cannot be adopted as it is. */
  problem: errorReportSchema.optional(),
});
export type FoundInstallView = z.infer<typeof foundInstallSchema>;

const place = z.strictObject({
  /** By which it is given up: `deployment.abandon`. */
  draftId: draftIdSchema,
  target: targetSchema,
  secrets: loginSecretsSchema.default({}),
  trustHostKeys: fingerprintsSchema,
});

export const importCalls = {
  /** Connects and reads; changes nothing. */
  'import.look': call(place, z.array(foundInstallSchema)),
  /** What adopting one would change. Rehearsed and discarded as the plan of a deployment is. */
  'import.preview': call(
    place.extend({
      name: instanceNameSchema,
      which: foundIdSchema,
      changes: z.array(adoptionChoiceSchema).max(8).default([]),
    }),
    previewSchema,
  ),
  'import.start': call(z.strictObject({ previewId: runIdSchema }), z.strictObject({ runId: runIdSchema })),
} as const;
