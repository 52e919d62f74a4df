import { z } from 'zod';
import { instanceIdSchema } from '../model/ids.ts';
import { sshTargetSchema } from '../model/target.ts';
import { call, done, nothing } from './call.ts';
import { loginSecretsSchema } from './deployment.ts';

const trustedKeySchema = z.strictObject({
  /** `host` or `[host]:port`, as known_hosts writes it. */
  host: z.string(),
  type: z.string(),
  fingerprint: z.string(),
  addedAt: z.string(),
});

/** A server that some instance of ours lives on. */
const savedServerSchema = z.strictObject({
  target: sshTargetSchema,
  instances: z.array(z.strictObject({ id: instanceIdSchema, name: z.string() })),
  /** Whether its password or passphrase is kept. */
  rememberedLogin: z.boolean(),
});
export type SavedServerView = z.infer<typeof savedServerSchema>;

/** A Host block of ~/.ssh/config that names one machine. */
const sshHostSchema = z.strictObject({
  alias: z.string(),
  hostName: z.string().optional(),
  user: z.string().optional(),
  port: z.int().optional(),
});
export type SshHostView = z.infer<typeof sshHostSchema>;

export const serverCalls = {
  'server.list': call(nothing, z.array(savedServerSchema)),
  'server.sshHosts': call(nothing, z.array(sshHostSchema)),
  /** Secrets for signing in to an instance's server, for as long as this door runs; `remember`: in the secret store as well. */
  'login.provide': call(
    z.strictObject({ instanceId: instanceIdSchema, secrets: loginSecretsSchema, remember: z.boolean() }),
    done,
  ),
  'login.forget': call(z.strictObject({ instanceId: instanceIdSchema }), done),
  'trust.list': call(nothing, z.array(trustedKeySchema)),
  'trust.remove': call(
    z.strictObject({ host: z.string().min(1).max(300) }),
    z.strictObject({ removed: z.int().min(0) }),
  ),
} as const;
