import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { instanceIdSchema, runIdSchema } from '../model/ids.ts';
import { instanceSchema } from '../model/instance.ts';
import { call, done, nothing } from './call.ts';

const instanceStateSchema = z.enum([
  'running',
  'starting',
  'stopped',
  'suspended',
  'failed',
  'unreachable',
  'not-deployed',
  /** Nobody has looked yet. */
  'unknown',
]);
export type InstanceState = z.infer<typeof instanceStateSchema>;

/** What a row of the list shows: the record without where its secrets lie, and without long texts. */
export const instanceViewSchema = instanceSchema.omit({
  token: true,
  rotation: true,
  device: true,
  providerKeyFingerprint: true,
  instructions: true,
  instructionsSha256: true,
  bots: true,
});
export type InstanceView = z.infer<typeof instanceViewSchema>;

const instanceStatusSchema = z.strictObject({
  instanceId: instanceIdSchema,
  state: instanceStateSchema,
  /** In words: what a person needs to know beyond the state. */
  because: z.string(),
  version: z.string().optional(),
  uptimeMs: z.number().min(0).optional(),
  error: errorReportSchema.optional(),
  /** When this was seen. */
  at: z.iso.datetime(),
});
export type InstanceStatusView = z.infer<typeof instanceStatusSchema>;

/** One look at the machine that an instance lives on. */
export const metricSampleSchema = z.strictObject({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Of all processors together, 0 to 1. */
  cpu: z.number().min(0).max(1),
  memoryUsedBytes: z.number().min(0),
  memoryTotalBytes: z.number().min(0),
  diskUsedBytes: z.number().min(0),
  /** 0: nobody knows, as of a container's volumes. */
  diskTotalBytes: z.number().min(0),
});
export type MetricSample = z.infer<typeof metricSampleSchema>;

const one = z.strictObject({ instanceId: instanceIdSchema });

export const instanceCalls = {
  'instance.list': call(nothing, z.array(instanceViewSchema)),
  /** Looks now, whatever was seen before. */
  'instance.status': call(one, instanceStatusSchema),
  'instance.start': call(one, done),
  'instance.stop': call(one, done),
  'instance.restart': call(one, done),
  /** From now on `instance.statusChanged` and `instance.sampled` tell of this one, until `instance.unwatch` or the end of the session. */
  'instance.watch': call(one, z.strictObject({ history: z.array(metricSampleSchema) })),
  'instance.unwatch': call(one, done),
  /** The gateway's token: the person was asked. Beside the recovery sheet the only reply that holds a secret. */
  'secret.reveal': call(
    z.strictObject({ instanceId: instanceIdSchema, confirmed: z.literal(true) }),
    z.strictObject({ token: z.string() }),
  ),
  /** To the clipboard, past the interface. Only where `copiesSecrets`. */
  'secret.copy': call(z.strictObject({ instanceId: instanceIdSchema, confirmed: z.literal(true) }), done),
} as const;

export const instanceEvents = {
  /** The list is another one: a door deployed, removed, renamed. */
  'instance.listChanged': nothing,
  'instance.statusChanged': instanceStatusSchema,
  'instance.sampled': z.strictObject({ instanceId: instanceIdSchema, sample: metricSampleSchema }),
} as const;

export const removalCalls = {
  'removal.start': call(z.strictObject({ previewId: runIdSchema }), z.strictObject({ runId: runIdSchema })),
} as const;
