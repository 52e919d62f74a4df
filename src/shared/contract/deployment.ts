import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { instanceIdSchema, runIdSchema } from '../model/ids.ts';
import { checkSchema } from '../model/run.ts';
import { deploymentSecretsSchema, deploymentSpecSchema } from '../model/spec.ts';
import { call, done, nothing } from './call.ts';
import { instanceViewSchema } from './instance.ts';

const findingSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** `fix`: a problem for which the plan has a step. `refuse`: nothing can be deployed while it is so. */
  level: z.enum(['ok', 'warn', 'fix', 'refuse']),
  because: z.string(),
  error: errorReportSchema.optional(),
});
export type FindingView = z.infer<typeof findingSchema>;

const stepPreviewSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  stage: z.int().min(0),
  check: checkSchema,
});
export type StepPreviewView = z.infer<typeof stepPreviewSchema>;

const rehearsedSchema = z.strictObject({
  what: z.string(),
  /** Absent: done without a command (files of this computer). Scripts stand whole; standard input is not shown. */
  command: z.strictObject({ runAs: z.string(), text: z.string() }).optional(),
});
export type RehearsedView = z.infer<typeof rehearsedSchema>;

export const previewSchema = z.strictObject({
  previewId: runIdSchema,
  instance: instanceViewSchema,
  findings: z.array(findingSchema),
  steps: z.array(stepPreviewSchema),
});
export type PreviewView = z.infer<typeof previewSchema>;

/** How far a preview has come. */
const previewPhaseSchema = z.enum(['connecting', 'signed-in', 'reading', 'planning']);
export type PreviewPhase = z.infer<typeof previewPhaseSchema>;

/** Chosen by the interface, so that it knows which preview an event is about before there is an answer. */
export const draftIdSchema = z.string().regex(/^d-[0-9a-z]{8,32}$/);

/** Secrets that a login needs; for instances that are deployed already. */
export const loginSecretsSchema = deploymentSecretsSchema.pick({
  sshPassword: true,
  sudoPassword: true,
  keyPassphrase: true,
});

export const fingerprintsSchema = z
  .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/))
  .max(8)
  .default([]);

export const deploymentCalls = {
  /**
   * Connects, reads, plans; changes nothing. A host key that is not known is the error `host.key-unknown` with its
   * fingerprint in the details; `trustHostKeys` names it then.
   */
  'deployment.preview': call(
    z.strictObject({
      draftId: draftIdSchema,
      spec: deploymentSpecSchema,
      secrets: deploymentSecretsSchema.default({}),
      trustHostKeys: fingerprintsSchema,
    }),
    previewSchema,
  ),
  /** Gives a preview up that is still being made. Fine where there is none. */
  'deployment.abandon': call(z.strictObject({ draftId: draftIdSchema }), done),
  /** What one step of a shown plan will do, command by command, as far as it can be known before it is done. */
  'deployment.rehearse': call(
    z.strictObject({ previewId: runIdSchema, stepId: z.string().min(1).max(80) }),
    z.array(rehearsedSchema),
  ),
  'deployment.discard': call(z.strictObject({ previewId: runIdSchema }), done),
  /** Answers as soon as the run has begun; how it goes on is told by `run.happened`. */
  'deployment.start': call(z.strictObject({ previewId: runIdSchema }), z.strictObject({ runId: runIdSchema })),
  /** A preview of the same deployment again, with the secrets that this door still has: for Retry and Resume. */
  'deployment.again': call(
    z.strictObject({
      draftId: draftIdSchema,
      instanceId: instanceIdSchema,
      secrets: deploymentSecretsSchema.default({}),
      trustHostKeys: fingerprintsSchema,
    }),
    previewSchema.extend({
      /** Secrets that were asked for, are not known to be on the machine, and are not here any more: to be given again. */
      missing: z.array(z.enum(['providerKey', 'telegramToken'])),
    }),
  ),
  /** Versions that can be deployed: the registry's tags, and the newest exact ones. */
  'deployment.versions': call(
    nothing,
    z.strictObject({ tags: z.record(z.string(), z.string()), newest: z.array(z.string()) }),
  ),
  'removal.preview': call(z.strictObject({ instanceId: instanceIdSchema, purge: z.boolean() }), previewSchema),
} as const;

export const deploymentEvents = {
  'deployment.advanced': z.strictObject({ draftId: draftIdSchema, phase: previewPhaseSchema }),
} as const;
