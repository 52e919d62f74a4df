import { z } from 'zod';
import { errorReportSchema } from '../shared/app-error.ts';
import { closedIngress, ingressSchema } from '../shared/model/ingress.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { ExposureReport, IngressStatus } from '../core/index.ts';

/* What `ingress` and `exposure` add to the last line of `--json`. Fields are added, never changed or taken away. */

export const ingressReportSchema = z.strictObject({
  /** As it was asked for. */
  wanted: ingressSchema,
  url: z.string().optional(),
  certificate: z
    .strictObject({
      subject: z.string(),
      issuer: z.string(),
      notBefore: z.string(),
      notAfter: z.string(),
      isOverdue: z.boolean(),
    })
    .optional(),
  limitedBy: z.enum(['rate', 'connections']).optional(),
  problem: errorReportSchema.optional(),
});

export const exposureReportSchema = z.strictObject({
  at: z.string(),
  reachableFrom: z.string(),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      level: z.enum(['ok', 'warn', 'bad']),
      because: z.string(),
      fix: z.string().optional(),
    }),
  ),
});

export function reportIngress(
  instance: Instance,
  { url, certificate, limitedBy, problem }: IngressStatus,
): z.infer<typeof ingressReportSchema> {
  return {
    wanted: instance.ingress ?? closedIngress,
    ...(url === undefined ? {} : { url }),
    ...(certificate === undefined ? {} : { certificate: { ...certificate } }),
    ...(limitedBy === undefined ? {} : { limitedBy }),
    ...(problem === undefined ? {} : { problem: problem.toReport() }),
  };
}

export function reportExposure({ at, reachableFrom, findings }: ExposureReport): z.infer<typeof exposureReportSchema> {
  return { at, reachableFrom, findings: findings.map((finding) => ({ ...finding })) };
}
