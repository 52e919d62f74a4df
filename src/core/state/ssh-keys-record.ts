import { z } from 'zod';
import { secretRefSchema } from '../../shared/model/instance.ts';
import type { Versioned } from './versioned.ts';

const keptSshKeySchema = z.strictObject({
  /** `anna@203.0.113.7:22`: whom it is for, and nobody else. */
  login: z.string().min(1),
  /** The public half, as it stands in authorized_keys. */
  line: z.string().regex(/^ssh-ed25519 [A-Za-z0-9+/=]+( \S+)?$/),
  secret: secretRefSchema,
  madeAt: z.iso.datetime(),
  /** Absent: it was not seen accepted, or is being taken away: nobody signs in with it. */
  provenAt: z.iso.datetime().exactOptional(),
  passwordsOffAt: z.iso.datetime().exactOptional(),
});
export type KeptSshKey = z.infer<typeof keptSshKeySchema>;

const keptSshKeysSchema = z.strictObject({ keys: z.array(keptSshKeySchema) });
export type KeptSshKeys = z.infer<typeof keptSshKeysSchema>;

export const sshKeysRecord: Versioned<KeptSshKeys> = { version: 1, schema: keptSshKeysSchema, migrations: {} };
