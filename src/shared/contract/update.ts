import { z } from 'zod';
import { instanceIdSchema } from '../model/ids.ts';
import { versionSchema } from '../model/spec.ts';
import { updatePolicySchema } from '../model/update.ts';
import { call, done } from './call.ts';

/*
 * Updates beside the changes that make one and take one back: those are `change.preview` and `change.start`.
 */

const updateOfferSchema = z.strictObject({
  /** As the machine says. */
  runs: z.string(),
  /** The registry's `latest`. */
  latest: z.string(),
  tags: z.record(z.string(), z.string()),
  /** Exact versions above what runs, newest first. */
  newer: z.array(z.string()),
  /** Newest first; Markdown of upstream's, shown as text and never as a page. */
  changelog: z.array(z.strictObject({ version: z.string(), text: z.string() })),
  /** What these are about; absent: there is nothing newer. */
  version: z.string().optional(),
  nodeRange: z.string().optional(),
  /** That will be put there, because the present one does not do. */
  nodeVersion: z.string().optional(),
  diskNeededBytes: z.number().min(0).optional(),
  diskFreeBytes: z.number().min(0).optional(),
});
export type UpdateOfferView = z.infer<typeof updateOfferSchema>;

export const updateCalls = {
  /** Asks the registry and the machine; changes nothing. Without a version: about the newest. */
  'update.look': call(
    z.strictObject({ instanceId: instanceIdSchema, version: versionSchema.optional() }),
    updateOfferSchema,
  ),
  /** Replaces what is done without being asked. */
  'update.setPolicy': call(z.strictObject({ instanceId: instanceIdSchema, policy: updatePolicySchema }), done),
} as const;
