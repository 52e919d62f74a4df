import { z } from 'zod';
import type { UpdateOffer } from '../core/index.ts';

/* What `update` adds to the last line of `--json`. Fields are added, never changed or taken away. */

export const updateReportSchema = z.strictObject({
  runs: z.string(),
  latest: z.string(),
  tags: z.record(z.string(), z.string()),
  newer: z.array(z.string()),
  changelog: z.array(z.strictObject({ version: z.string(), text: z.string() })),
  version: z.string().optional(),
  nodeRange: z.string().optional(),
  nodeVersion: z.string().optional(),
  diskNeededBytes: z.number().optional(),
  diskFreeBytes: z.number().optional(),
});

/** How each instance fared, in the order in which they were gone through. */
export const updatedSchema = z.strictObject({
  instanceName: z.string(),
  is: z.enum(['done', 'newest', 'suspended', 'adopted', 'failed', 'left']),
  from: z.string().optional(),
  to: z.string().optional(),
  runId: z.string().optional(),
});
export type Updated = z.infer<typeof updatedSchema>;

export function reportOffer({ tags, newer, changelog, ...rest }: UpdateOffer): z.infer<typeof updateReportSchema> {
  return { ...rest, tags: { ...tags }, newer: [...newer], changelog: changelog.map((part) => ({ ...part })) };
}
