import { z } from 'zod';
import { instanceIdSchema, instanceNameSchema, runIdSchema } from './ids.ts';
import { portSchema, targetSchema } from './target.ts';
import { providerSchema, versionSchema } from './spec.ts';

/** Where a secret lies: the store's backend and the key under which it is found there. Never the secret. */
export const secretRefSchema = z.strictObject({
  backend: z.enum(['keychain', 'vault-passphrase', 'vault-keyfile', 'memory']),
  key: z.string().min(1),
});
export type SecretRef = z.infer<typeof secretRefSchema>;

/** The record of one OpenClaw that Hardshell looks after. */
export const instanceSchema = z.strictObject({
  id: instanceIdSchema,
  name: instanceNameSchema,
  target: targetSchema,
  createdAt: z.iso.datetime(),
  /** `deploying` until a run has ended well once. */
  phase: z.enum(['deploying', 'deployed', 'removing']),
  version: versionSchema,
  nodeVersion: versionSchema,
  port: portSchema,
  provider: providerSchema.optional(),
  model: z.string().optional(),
  /** What was asked for last, so that the same can be asked for again. */
  instructions: z.string().optional(),
  firewall: z.boolean().optional(),
  /** A bot token was given for it. */
  telegram: z.boolean().optional(),
  /** Fingerprint of the instructions last written, so that a person's own edits are not overwritten. */
  instructionsSha256: z.string().optional(),
  /** Tells whether the provider's key is the one that was written last; worth nothing without the gateway's token. */
  providerKeyFingerprint: z.string().optional(),
  telemetry: z.boolean(),
  installer: z.enum(['pinned', 'official']),
  token: secretRefSchema.optional(),
  lastRun: runIdSchema.optional(),
});
export type Instance = z.infer<typeof instanceSchema>;
