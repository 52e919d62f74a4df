import { z } from 'zod';
import { backupIdSchema, instanceIdSchema, instanceNameSchema } from './ids.ts';
import { versionSchema } from './spec.ts';
import { sshTargetSchema } from './target.ts';

/** Why a backup was made. */
export const backupReasonSchema = z.enum(['asked', 'schedule', 'update', 'restore', 'change']);
export type BackupReason = z.infer<typeof backupReasonSchema>;

const absolutePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path), 'A whole path is needed, from the root on.')
  .refine((path) => !/\p{C}/u.test(path), 'A path holds no control characters.');

/** Where backups go beside the data folder of Hardshell: encrypted, always. */
export const destinationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), path: absolutePath }),
  z.strictObject({ kind: z.literal('sftp'), server: sshTargetSchema, path: absolutePath }),
]);
export type Destination = z.infer<typeof destinationSchema>;

/**
 * One place where a backup lies. `machine`: beside the instance, as OpenClaw wrote it, for its account alone. `here`: in the data
 * folder of this Hardshell. All but that of the machine are encrypted.
 */
export const copySchema = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('machine'), path: z.string().min(1) }),
  z.strictObject({ at: z.literal('here'), path: z.string().min(1) }),
  z.strictObject({ at: z.literal('folder'), path: z.string().min(1) }),
  z.strictObject({ at: z.literal('sftp'), server: sshTargetSchema, path: z.string().min(1) }),
]);
export type BackupCopy = z.infer<typeof copySchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** One backup, wherever it lies. A record of its own: it outlives its instance. */
export const backupSchema = z.strictObject({
  id: backupIdSchema,
  instanceId: instanceIdSchema,
  instanceName: instanceNameSchema,
  /** Of which kind the instance's place was: what was kept for a server is laid out as a server's. */
  place: z.enum(['local', 'ssh', 'docker']),
  createdAt: z.iso.datetime(),
  /** The OpenClaw that wrote it. */
  version: versionSchema,
  reason: backupReasonSchema,
  /** Of the archive as OpenClaw wrote it. */
  bytes: z.int().min(0),
  sha256,
  /** Of what lies where it is encrypted; the same file everywhere. */
  encrypted: z
    .strictObject({ bytes: z.int().min(0), sha256, recipient: z.string().regex(/^age1[0-9a-z]+$/) })
    .optional(),
  copies: z.array(copySchema),
  /** When a copy was last read back whole and found to be what was written. */
  verifiedAt: z.iso.datetime().optional(),
  /** Never removed by retention: before an update that can still be taken back, for one. */
  pinned: z.boolean().optional(),
});
export type Backup = z.infer<typeof backupSchema>;

/** How many are kept, of an instance: the newest of each day, week and month, and the last ones anyway. */
export const retentionSchema = z.strictObject({
  last: z.int().min(1).max(1000).default(7),
  daily: z.int().min(0).max(366).default(7),
  weekly: z.int().min(0).max(260).default(4),
  monthly: z.int().min(0).max(120).default(6),
});
export type Retention = z.infer<typeof retentionSchema>;

/** In the local time of whoever keeps watch. */
export const backupScheduleSchema = z.discriminatedUnion('every', [
  z.strictObject({ every: z.literal('day'), hour: z.int().min(0).max(23) }),
  z.strictObject({ every: z.literal('week'), weekday: z.int().min(0).max(6), hour: z.int().min(0).max(23) }),
]);
export type BackupSchedule = z.infer<typeof backupScheduleSchema>;

/** State that was in use before an automatic way back, and of which there is no backup: it lies beside the one in use. */
export const leftStateSchema = z.strictObject({ at: z.iso.datetime(), bytes: z.int().min(0) });
export type LeftState = z.infer<typeof leftStateSchema>;

/** How long it lies there: the backup after that takes it away. */
export const LEFT_DAYS = 30;

/** What is done for an instance without being asked. */
export const backupPolicySchema = z.strictObject({
  /** Absent: only when asked, and before what is risky. */
  schedule: backupScheduleSchema.optional(),
  keep: retentionSchema.prefault({}),
  destinations: z.array(destinationSchema).max(5).default([]),
});
export type BackupPolicy = z.infer<typeof backupPolicySchema>;
