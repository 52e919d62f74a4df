import { z } from 'zod';

/**
 * What mends something. Several findings may be mended by one; the order is that in which they are run: what belongs to somebody
 * else comes first, because its account could mend nothing else of it.
 */
export const fixIdSchema = z.enum([
  'owner',
  'modes',
  'restore-config',
  'doctor',
  'token',
  'config',
  'proxies',
  'account',
  'swap',
  'leftovers',
  'sessions',
  'legacy',
  'limits',
  'service',
  'reload',
  'start',
  'restart',
]);
export type FixId = z.infer<typeof fixIdSchema>;

/** `config.mode`, `openclaw.doctor.core/doctor/security` */
export const checkIdSchema = z.string().regex(/^[a-z][A-Za-z0-9_.:/-]{1,119}$/, 'is not the name of a check');

export const diagnosisFindingSchema = z.strictObject({
  id: checkIdSchema,
  title: z.string(),
  /** `warn`: works, and may not go on doing so. `bad`: does not work, or is not safe. */
  level: z.enum(['ok', 'warn', 'bad']),
  /** What was seen. */
  because: z.string(),
  /** What comes of it. */
  why: z.string().optional(),
  /** What a person can do where we cannot. */
  hint: z.string().optional(),
  /** The same in the words of the window, where they are others. */
  windowHint: z.string().optional(),
  fix: z
    .strictObject({
      id: fixIdSchema,
      label: z.string(),
      /** Interrupts, removes or decides something: never done without being chosen. */
      isCareful: z.boolean(),
    })
    .optional(),
});
export type DiagnosisFinding = z.infer<typeof diagnosisFindingSchema>;

export const diagnosisSchema = z.strictObject({
  /** When it was looked at. */
  at: z.iso.datetime(),
  findings: z.array(diagnosisFindingSchema),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/** Names one diff of the doctor's: given back with the repair, so that what was seen is what is written. */
export const doctorDigestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'is not the digest of a diff');

/** What OpenClaw's own doctor would write into openclaw.json; secrets are struck out of the lines. */
export const doctorDiffSchema = z.strictObject({
  lines: z.array(z.strictObject({ is: z.enum(['same', 'added', 'removed', 'gap']), text: z.string() })),
  changes: z.int().min(0),
  digest: doctorDigestSchema,
});
export type DoctorDiff = z.infer<typeof doctorDiffSchema>;

const order: readonly DiagnosisFinding['level'][] = ['bad', 'warn', 'ok'];

/** The worst first, else as they came. Pure. */
export function sortFindings(findings: readonly DiagnosisFinding[]): DiagnosisFinding[] {
  return [...findings].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

/** The checks that a repair takes care of when nobody chooses: what is wrong, and mended without harm. Pure. */
export function listSafeRepairs(findings: readonly DiagnosisFinding[]): string[] {
  return findings.filter(({ level, fix }) => level !== 'ok' && fix?.isCareful === false).map(({ id }) => id);
}
