import { z } from 'zod';
import { backupScheduleSchema } from './backup.ts';
import { backupIdSchema, runIdSchema } from './ids.ts';
import { versionSchema } from './spec.ts';

/** What is done for an instance without being asked; an update is never made without a backup. */
export const updatePolicySchema = z.strictObject({
  /** Absent: only when asked. */
  schedule: backupScheduleSchema.optional(),
});
export type UpdatePolicy = z.infer<typeof updatePolicySchema>;

/**
 * What the last update can be taken back with. State goes forward only: the older program and the backup of its state belong
 * together, and what came after that backup is lost with them.
 */
export const wayBackSchema = z.strictObject({
  version: versionSchema,
  /** What ran it, where Hardshell has put Node.js there. */
  nodeVersion: versionSchema.optional(),
  /** In Docker: the image that ran before, as its record named it. */
  image: z.string().min(1).optional(),
  backup: backupIdSchema,
  /** When the newer version took over. */
  at: z.iso.datetime(),
  runId: runIdSchema.optional(),
});
export type WayBack = z.infer<typeof wayBackSchema>;

/**
 * An update, or the taking back of one, that has begun and has not ended. Written before the first change, so that whoever comes
 * next knows what the instance was before it, also when the older program is long gone.
 */
export const pendingUpdateSchema = z.strictObject({
  /** Where it was to lead. */
  version: versionSchema,
  /** What it can be taken back with. */
  from: wayBackSchema,
  /** It did not run when this began, and is left so. */
  isStill: z.boolean(),
  /** `back`: what was there before is being put back, state and all. */
  phase: z.enum(['forward', 'back']),
});
export type PendingUpdate = z.infer<typeof pendingUpdateSchema>;
