import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { checkIdSchema, doctorDigestSchema } from '../model/diagnosis.ts';
import { guardSchema, suspensionSchema } from '../model/guard.ts';
import { backupIdSchema, instanceIdSchema, runIdSchema } from '../model/ids.ts';
import { ingressSchema } from '../model/ingress.ts';
import { resourceLimitsSchema } from '../model/resources.ts';
import { deploymentSecretsSchema, versionSchema } from '../model/spec.ts';
import { serverKeySchema, sshKeyWishSchema } from '../model/ssh-key.ts';
import { call, done } from './call.ts';
import { draftIdSchema, fingerprintsSchema, previewSchema } from './deployment.ts';

/*
 * What can be asked of an instance that is there, beyond starting and stopping it.
 */

const one = z.strictObject({ instanceId: instanceIdSchema });
const begunSchema = z.strictObject({ runId: runIdSchema });

/** What is planned, shown and then run. Suspending is not: it does not wait for anybody to read a plan. */
const changeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('limits'), limits: resourceLimitsSchema }),
  z.strictObject({ kind: z.literal('ingress'), ingress: ingressSchema }),
  z.strictObject({ kind: z.literal('backup') }),
  /** A new gateway token everywhere, and the old one seen refused. */
  z.strictObject({ kind: z.literal('rotate-token') }),
  /** A key of this panel's own for the server, and whether that takes passwords. */
  z.strictObject({ kind: z.literal('ssh-key'), wish: sshKeyWishSchema }),
  /** In place: what is there now is backed up first, and comes back when anything goes wrong. */
  z.strictObject({ kind: z.literal('restore'), backup: backupIdSchema }),
  /** Backed up first, and back on the older version when anything goes wrong. */
  z.strictObject({ kind: z.literal('update'), version: versionSchema }),
  /** Takes the last update back, the state with it. */
  z.strictObject({ kind: z.literal('rollback') }),
  /** Takes away the state that an update which failed has left beside the one in use. */
  z.strictObject({ kind: z.literal('forget') }),
  /** Mends what these checks find wrong, and nothing that was not chosen. */
  z.strictObject({
    kind: z.literal('repair'),
    checks: z.array(checkIdSchema).min(1).max(100),
    /** Which of the doctor's diffs the person has seen: no other is written. */
    shown: doctorDigestSchema.optional(),
  }),
]);
export type ChangeView = z.infer<typeof changeSchema>;

/** A certificate as a visitor sees it. */
const certificateSchema = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  /** Two thirds of its life are over, and there is still no newer one: renewal does not work. */
  isOverdue: z.boolean(),
});

const ingressStatusSchema = z.strictObject({
  /** Absent: nothing but a tunnel. */
  url: z.string().optional(),
  certificate: certificateSchema.optional(),
  /** Whether requests are limited by their number, or by connections alone. */
  limitedBy: z.enum(['rate', 'connections']).optional(),
  /** Why it cannot be reached the way it should. */
  problem: errorReportSchema.optional(),
});
export type IngressStatusView = z.infer<typeof ingressStatusSchema>;

const exposureFindingSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** `warn`: open, and not of our making. `bad`: open, and should not be. */
  level: z.enum(['ok', 'warn', 'bad']),
  because: z.string(),
  /** What closes it, in words or as a command to type. */
  fix: z.string().optional(),
});
export type ExposureFindingView = z.infer<typeof exposureFindingSchema>;

const exposureReportSchema = z.strictObject({
  /** When it was looked at. */
  at: z.iso.datetime(),
  reachableFrom: z.string(),
  findings: z.array(exposureFindingSchema),
});
export type ExposureReportView = z.infer<typeof exposureReportSchema>;

export const operationCalls = {
  /** Connects, reads, plans; changes nothing. Rehearsed and discarded as the plan of a deployment is. */
  'change.preview': call(
    z.strictObject({
      draftId: draftIdSchema,
      instanceId: instanceIdSchema,
      change: changeSchema,
      secrets: deploymentSecretsSchema.default({}),
      trustHostKeys: fingerprintsSchema,
    }),
    previewSchema,
  ),
  'change.start': call(z.strictObject({ previewId: runIdSchema }), begunSchema),
  /** At once: closes its route, freezes it, stops it, and marks the machine so that nothing but `instance.resume` starts it. */
  'instance.suspend': call(
    z.strictObject({ instanceId: instanceIdSchema, because: suspensionSchema.shape.because.min(1).optional() }),
    begunSchema,
  ),
  'instance.resume': call(one, begunSchema),
  /** How its server is signed in to, as far as it is known here: no connection is made. */
  'ssh-key.read': call(one, serverKeySchema),
  /** How it is reached, and with which certificate: asked now. */
  'ingress.status': call(one, ingressStatusSchema),
  /** Looks at the machine from outside and from inside; changes nothing. */
  'exposure.check': call(one, exposureReportSchema),
  /** Replaces the limits that suspend it by themselves; an empty guard switches all of them off. */
  'guard.set': call(z.strictObject({ instanceId: instanceIdSchema, guard: guardSchema }), done),
} as const;
