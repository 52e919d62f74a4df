import { z } from 'zod';
import { backupPolicySchema, backupSchema, destinationSchema } from '../model/backup.ts';
import { backupIdSchema, instanceIdSchema } from '../model/ids.ts';
import { deploymentSecretsSchema } from '../model/spec.ts';
import { call, done, nothing } from './call.ts';
import { fingerprintsSchema, loginSecretsSchema } from './deployment.ts';

/*
 * Backups beside the changes that make one and put one back: those are `change.preview` and `change.start`.
 */

/** What reaches a server that no instance lives on, and what opens a backup whose key is not in the secret store. */
const reach = {
  secrets: loginSecretsSchema.extend(deploymentSecretsSchema.pick({ backupKey: true }).shape).default({}),
  trustHostKeys: fingerprintsSchema,
};

export const backupCalls = {
  /** Newest first; those of instances that are gone as well. */
  'backup.list': call(nothing, z.array(backupSchema)),
  /** Reads one copy back whole and compares: takes as long as the way there is wide. */
  'backup.verify': call(z.strictObject({ backupId: backupIdSchema, ...reach }), backupSchema),
  /** Takes every copy away that can be reached. */
  'backup.remove': call(z.strictObject({ backupId: backupIdSchema, ...reach }), done),
  /** Replaces what is done for an instance without being asked. */
  'backup.setPolicy': call(z.strictObject({ instanceId: instanceIdSchema, policy: backupPolicySchema }), done),
  /** Writes a few bytes there, reads them back, takes them away. */
  'backup.tryDestination': call(z.strictObject({ destination: destinationSchema, ...reach }), done),
  /** Takes over what lies there; `backupKey` where another Hardshell made it. */
  'backup.adopt': call(z.strictObject({ from: destinationSchema, ...reach }), z.array(backupSchema)),
  /** What opens every backup: the person was asked. Beside the gateway's token the only reply that holds a secret. */
  'recovery.reveal': call(
    z.strictObject({ confirmed: z.literal(true) }),
    z.strictObject({ recipient: z.string(), text: z.string() }),
  ),
  /** To a file that the person chooses, past the interface. Only where `savesSecrets`. False: they chose none. */
  'recovery.save': call(z.strictObject({ confirmed: z.literal(true) }), z.strictObject({ saved: z.boolean() })),
} as const;

export const backupEvents = {
  /** One was made, read back, removed, or taken over. */
  'backup.listChanged': nothing,
} as const;
