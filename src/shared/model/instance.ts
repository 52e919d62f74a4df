import { z } from 'zod';
import { instanceIdSchema, instanceNameSchema, runIdSchema } from './ids.ts';
import { backupPolicySchema, leftStateSchema } from './backup.ts';
import { adoptionSchema } from './adoption.ts';
import { guardSchema, suspensionSchema } from './guard.ts';
import { ingressSchema } from './ingress.ts';
import { resourceLimitsSchema } from './resources.ts';
import { portSchema, targetSchema } from './target.ts';
import { imageChoiceSchema, providerSchema, versionSchema } from './spec.ts';
import { pendingUpdateSchema, updatePolicySchema, wayBackSchema } from './update.ts';

/** Where a secret lies: the store's backend and the key under which it is found there. Never the secret. */
export const secretRefSchema = z.strictObject({
  backend: z.enum(['keychain', 'vault-passphrase', 'vault-keyfile', 'memory']),
  key: z.string().min(1),
});
export type SecretRef = z.infer<typeof secretRefSchema>;

/** How an instance is found again among the containers of an engine. Its other names follow from its own, see `container-layout.ts`. */
export const containerRecordSchema = z.strictObject({
  /** As the engine names itself: another engine behind the same address is noticed. */
  engineId: z.string().min(1),
  /** What was asked for. */
  imageChoice: imageChoiceSchema.optional(),
  /** What it runs: a reference, by digest where a registry gave one. */
  image: z.string().min(1),
  /** Its own network, and the addresses in it that never change. An adopted one stays in the network that it has. */
  subnet: z.cidrv4().optional(),
  address: z.ipv4().optional(),
  proxyAddress: z.ipv4().optional(),
});
export type ContainerRecord = z.infer<typeof containerRecordSchema>;

/** This panel as a device of a gateway that does not see it as local. Never the key, never the token. */
export const deviceRecordSchema = z.strictObject({
  /** SHA-256 of the public key, in hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  key: secretRefSchema,
  /** Once it is approved, where the gateway gave one. */
  token: secretRefSchema.optional(),
});
export type DeviceRecord = z.infer<typeof deviceRecordSchema>;

/** A new token that is on its way: the one to come, then the one that has yet to be seen refused. */
export const tokenRotationSchema = z.strictObject({
  is: z.enum(['next', 'former']),
  secret: secretRefSchema,
  /** When the new one was made. */
  at: z.iso.datetime().optional(),
});

/** The record of one OpenClaw that Hardshell looks after. */
export const instanceSchema = z.strictObject({
  id: instanceIdSchema,
  name: instanceNameSchema,
  target: targetSchema,
  createdAt: z.iso.datetime(),
  /** `deploying` until a run has ended well once. */
  phase: z.enum(['deploying', 'deployed', 'removing']),
  version: versionSchema,
  /** Absent in Docker: it is the image's. */
  nodeVersion: versionSchema.optional(),
  /** Of its machine's loopback address. */
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
  container: containerRecordSchema.optional(),
  /** Absent: Hardshell deployed it, and everything lies where our layouts say. */
  adopted: adoptionSchema.optional(),
  limits: resourceLimitsSchema.optional(),
  /** Absent: a tunnel. */
  ingress: ingressSchema.optional(),
  guard: guardSchema.optional(),
  suspension: suspensionSchema.optional(),
  /** Absent: backups are made when asked for, and before what is risky. */
  backups: backupPolicySchema.optional(),
  /** Absent: updates are made when asked for. */
  updates: updatePolicySchema.optional(),
  /** Absent: there is no update that could be taken back. */
  wayBack: wayBackSchema.optional(),
  /** Absent: nothing lies beside the state that is in use. */
  leftState: leftStateSchema.optional(),
  /** Absent: no update is under way, and none was cut short. */
  pendingUpdate: pendingUpdateSchema.optional(),
  /** Public ids of the Telegram bots that its configuration named when it was looked at last. */
  bots: z.array(z.string()).optional(),
  device: deviceRecordSchema.optional(),
  token: secretRefSchema.optional(),
  rotation: tokenRotationSchema.optional(),
  lastRun: runIdSchema.optional(),
});
export type Instance = z.infer<typeof instanceSchema>;
