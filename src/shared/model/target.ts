import { z } from 'zod';

export const portSchema = z.int().min(1).max(65535);

/** One hop on the way to a server, or the server itself. */
export const sshHopSchema = z.strictObject({
  /** Name, address, or the alias of a Host block in ~/.ssh/config. */
  host: z.string().min(1).max(255).regex(/^[^\s\p{C}]+$/u),
  /** Absent: what ~/.ssh/config says, else 22. */
  port: portSchema.optional(),
  /** Absent: what ~/.ssh/config says, else the name of the local account. */
  user: z.string().min(1).max(64).regex(/^[^\s:@\p{C}]+$/u).optional(),
});
export type SshHop = z.infer<typeof sshHopSchema>;

export const sshTargetSchema = z.strictObject({
  kind: z.literal('ssh'),
  ...sshHopSchema.shape,
  /** Absolute path of a private key file; absent: agent, ~/.ssh/config and the usual names. */
  identityFile: z.string().min(1).optional(),
  /** In the order in which they are passed; empty: what ~/.ssh/config's ProxyJump says. */
  jumps: z.array(sshHopSchema).default([]),
});
export type SshTarget = z.infer<typeof sshTargetSchema>;

export const localTargetSchema = z.strictObject({ kind: z.literal('local') });

export const targetSchema = z.discriminatedUnion('kind', [localTargetSchema, sshTargetSchema]);
export type Target = z.infer<typeof targetSchema>;

/** `local`, `ssh://user@host:port`: how a place is written everywhere a person reads it. */
export function formatTarget(target: Target): string {
  if (target.kind === 'local') return 'local';
  return `ssh://${formatHop(target)}`;
}

export function formatHop(hop: SshHop): string {
  const host = hop.host.includes(':') ? `[${hop.host}]` : hop.host;
  return `${hop.user === undefined ? '' : `${hop.user}@`}${host}${hop.port === undefined ? '' : `:${String(hop.port)}`}`;
}
