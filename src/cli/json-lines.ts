import { z } from 'zod';
import { configDescriptionSchema } from '../shared/model/config-schema.ts';
import { configEntrySchema, configPreviewSchema, configSourceSchema } from '../shared/model/configuration.ts';
import { errorReportSchema } from '../shared/app-error.ts';
import { backupPolicySchema, backupSchema, leftStateSchema } from '../shared/model/backup.ts';
import { updatePolicySchema } from '../shared/model/update.ts';
import { updatedSchema, updateReportSchema } from './json-updates.ts';
import { diagnosisSchema, doctorDiffSchema } from '../shared/model/diagnosis.ts';
import { deviceListSchema } from '../shared/model/device.ts';
import { guardSchema } from '../shared/model/guard.ts';
import { logEntrySchema } from '../shared/model/log.ts';
import { instanceSchema, type Instance } from '../shared/model/instance.ts';
import { checkSchema, planKindSchema, runEventSchema, runStatsSchema } from '../shared/model/run.ts';
import type { InstanceStatus, Preview, TrustedKey } from '../core/index.ts';
import { assistantAnswers } from './json-assistant.ts';
import { importAnswers } from './json-import.ts';
import { alertAnswers, watchingLineSchema } from './json-alerts.ts';
import { exposureReportSchema, ingressReportSchema } from './json-operations.ts';

/*
 * What `--json` writes to standard output: one of these a line, and nothing else. Others script against it: fields are
 * added, never changed or taken away.
 */

/** The record of an instance, but for long texts. */
const instanceReportSchema = instanceSchema.omit({ instructions: true });

export const findingReportSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  level: z.enum(['ok', 'warn', 'fix', 'refuse']),
  because: z.string(),
  error: errorReportSchema.optional(),
});

export const previewLineSchema = z.strictObject({
  type: z.literal('preview'),
  id: z.string(),
  instance: instanceReportSchema,
  findings: z.array(findingReportSchema),
  steps: z.array(z.strictObject({ id: z.string(), title: z.string(), stage: z.int(), check: checkSchema })),
});

/** Holds a token that is good for one use: asked for by `open --json`, written by nothing else. */
export const signInLineSchema = z.strictObject({
  type: z.literal('sign-in'),
  url: z.url(),
  expiresAt: z.string().optional(),
  /** Whether the address works only as long as the command runs. */
  forwarded: z.boolean(),
});

/** Holds a token that lets one browser in: written by `serve --json`, first of all, and by nothing else. */
export const servingLineSchema = z.strictObject({ type: z.literal('serving'), url: z.url(), port: z.int() });

/** Holds what opens every backup: asked for by `recovery-sheet --json`, written by nothing else. */
export const recoverySheetLineSchema = z.strictObject({
  type: z.literal('recovery-sheet'),
  recipient: z.string(),
  text: z.string(),
});

/** Holds the token that opens an instance: asked for by `token show --json`, written by nothing else. */
export const tokenLineSchema = z.strictObject({ type: z.literal('token'), token: z.string() });
/** An entry of the logs. */
export const logLineSchema = z.strictObject({ type: z.literal('log'), ...logEntrySchema.shape });

export const statusReportSchema = z.strictObject({
  instance: instanceReportSchema,
  state: z.enum(['running', 'starting', 'stopped', 'suspended', 'failed', 'unreachable', 'not-deployed']),
  because: z.string(),
  version: z.string().optional(),
  uptimeMs: z.number().optional(),
  error: errorReportSchema.optional(),
});

const stepReportSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  stage: z.int(),
  status: z.enum(['waiting', 'running', 'satisfied', 'applied', 'failed']),
  because: z.string().optional(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  progress: z
    .strictObject({ done: z.number(), total: z.number().optional(), unit: z.enum(['bytes', 'items']) })
    .optional(),
  error: errorReportSchema.optional(),
  lastLines: z.array(z.string()),
});

export const runReportSchema = z.strictObject({
  runId: z.string(),
  seq: z.int(),
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  kind: planKindSchema,
  instanceId: z.string(),
  instanceName: z.string(),
  place: z.string(),
  who: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  steps: z.array(stepReportSchema),
  error: errorReportSchema.optional(),
  stats: runStatsSchema.optional(),
});

/** What commands add to the last line, each the ones that it has. */
const answers = {
  instance: instanceReportSchema.optional(),
  runId: z.string().optional(),
  stats: runStatsSchema.optional(),
  dryRun: z.literal(true).optional(),
  /** Steps that a dry run found to be needed. */
  changes: z.int().optional(),
  instances: z.array(instanceReportSchema).optional(),
  status: statusReportSchema.optional(),
  keys: z
    .array(z.strictObject({ host: z.string(), type: z.string(), fingerprint: z.string(), addedAt: z.string() }))
    .optional(),
  removed: z.int().optional(),
  runs: z.array(runReportSchema).optional(),
  run: runReportSchema.optional(),
  ingress: ingressReportSchema.optional(),
  config: z
    .strictObject({
      source: configSourceSchema,
      hash: z.string(),
      path: z.array(z.string()),
      value: z.json(),
    })
    .optional(),
  configPreview: configPreviewSchema.optional(),
  configEntry: configEntrySchema.optional(),
  configHistory: z.array(configEntrySchema).optional(),
  configDescription: configDescriptionSchema.optional(),
  exposure: exposureReportSchema.optional(),
  guard: guardSchema.optional(),
  devices: deviceListSchema.optional(),
  device: z.strictObject({ id: z.string(), did: z.enum(['approve', 'reject', 'remove', 'rotate']) }).optional(),
  backups: z.array(backupSchema).optional(),
  /** State that an update which failed has left beside the one in use, with whose it is. */
  leftStates: z.array(leftStateSchema.extend({ instanceName: z.string() })).optional(),
  backup: backupSchema.optional(),
  policy: backupPolicySchema.optional(),
  update: updateReportSchema.optional(),
  updated: z.array(updatedSchema).optional(),
  updatePolicy: updatePolicySchema.optional(),
  ...assistantAnswers,
  diagnosis: diagnosisSchema.optional(),
  doctorDiff: doctorDiffSchema.optional(),
  /** `path`: where the support bundle was written to; `text`: of the one file that was asked for. */
  bundle: z
    .strictObject({
      path: z.string().optional(),
      text: z.string().optional(),
      files: z.array(z.strictObject({ path: z.string(), bytes: z.int() })),
    })
    .optional(),
  ...alertAnswers,
  ...importAnswers,
  /** `file`: where the recovery sheet was written to. */
  recovery: z.strictObject({ recipient: z.string(), file: z.string().optional() }).optional(),
};

export const resultLineSchema = z.discriminatedUnion('ok', [
  z.strictObject({ type: z.literal('result'), ok: z.literal(true), ...answers }),
  z.strictObject({
    type: z.literal('result'),
    ok: z.literal(false),
    exitCode: z.int(),
    error: errorReportSchema,
    ...answers,
  }),
]);

/** Every line of `--json`; the last one is always a `result`. */
export const jsonLineSchema = z.union([
  previewLineSchema,
  signInLineSchema,
  servingLineSchema,
  watchingLineSchema,
  recoverySheetLineSchema,
  tokenLineSchema,
  logLineSchema,
  runEventSchema,
  resultLineSchema,
]);
export type JsonLine = z.infer<typeof jsonLineSchema>;
export type ResultLine = z.infer<typeof resultLineSchema>;
export type Answers = Omit<Extract<ResultLine, { ok: true }>, 'type' | 'ok'>;

/** Characters that JSON may carry but a terminal would act on, escaped: the value stays the same. */
const ACTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** What the window says instead of a hint is nobody's business here. */
const withoutWindowWords = (key: string, value: unknown): unknown => (key === 'windowHint' ? undefined : value);

export function formatJsonLine(line: JsonLine): string {
  return JSON.stringify(line, withoutWindowWords).replace(
    ACTIVE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function reportPreview({ id, instance, findings, steps }: Preview): z.infer<typeof previewLineSchema> {
  return {
    type: 'preview',
    id,
    instance: reportInstance(instance),
    findings: findings.map(({ error, ...finding }) => ({
      ...finding,
      ...(error === undefined ? {} : { error: error.toReport() }),
    })),
    steps: steps.map(({ id: stepId, title, stage, check }) => ({ id: stepId, title, stage, check })),
  };
}

const shownSchema = instanceReportSchema.strip();

export function reportInstance(instance: Instance): z.infer<typeof instanceReportSchema> {
  return shownSchema.parse(instance);
}

export function reportStatus({ error, instance, ...status }: InstanceStatus): z.infer<typeof statusReportSchema> {
  return { instance: reportInstance(instance), ...status, ...(error === undefined ? {} : { error: error.toReport() }) };
}

export function reportKeys(keys: readonly TrustedKey[]): NonNullable<Answers['keys']> {
  return keys.map(({ host, type, fingerprint, addedAt }) => ({ host, type, fingerprint, addedAt }));
}
