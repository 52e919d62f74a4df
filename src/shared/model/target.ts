import { z } from 'zod';
import { AppError } from '../app-error.ts';

export const portSchema = z.int().min(1).max(65535);

/** What stands for itself in `ssh://user@host:port`, and begins like no option of a command line. */
const urlWord = /^(?!-)[^\s\p{C}/\\?#@[\]]+$/u;
const ipv6 = z.ipv6();

/** One hop on the way to a server, or the server itself. */
export const sshHopSchema = z.strictObject({
  /** Name, address, or the alias of a Host block in ~/.ssh/config. */
  host: z
    .string()
    .min(1, 'A host has a name.')
    .max(255, 'The name of a host has at most 255 characters.')
    .regex(urlWord, 'A host is a name, an address, or an alias of ~/.ssh/config.')
    // The zone of a link-local address (fe80::1%eth0) is the name of a network card here.
    .refine(
      (host) => !host.includes(':') || ipv6.safeParse(host.replace(/%[\w.-]+$/, '')).success,
      'That is not an IPv6 address.',
    ),
  /** Absent: what ~/.ssh/config says, else 22. */
  port: portSchema.optional(),
  /** Absent: what ~/.ssh/config says, else the name of the local account. */
  user: z
    .string()
    .min(1, 'A user has a name.')
    .max(64, 'The name of a user has at most 64 characters.')
    .regex(/^(?!-)[^\s\p{C}/?#@:]+$/u, 'That is not the name of a user.')
    .optional(),
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

export const dockerTargetSchema = z.strictObject({
  kind: z.literal('docker'),
  /** The server whose engine it is; absent: the engine of this computer. */
  server: sshTargetSchema.optional(),
});
export type DockerTarget = z.infer<typeof dockerTargetSchema>;

export const targetSchema = z.discriminatedUnion('kind', [localTargetSchema, sshTargetSchema, dockerTargetSchema]);
export type Target = z.infer<typeof targetSchema>;

/** The server that has to be signed in to on the way there; undefined on this computer. Pure. */
export function findServer(target: Target): SshTarget | undefined {
  if (target.kind === 'ssh') return target;
  return target.kind === 'docker' ? target.server : undefined;
}

/** Another key file or jump host is still the same place; another machine, port or user is not. Pure. */
export function isSamePlace(a: Target, b: Target): boolean {
  if (a.kind !== b.kind) return false;
  const [one, other] = [findServer(a), findServer(b)];
  if (one === undefined || other === undefined) return one === other;
  return isSameServer(one, other);
}

function isSameServer(a: SshTarget, b: SshTarget): boolean {
  return a.host === b.host && (a.port ?? 22) === (b.port ?? 22);
}

/** `local`, `docker`, `ssh://user@host:port`, `docker+ssh://…`: how a place is written everywhere a person reads it. */
export function formatTarget(target: Target): string {
  if (target.kind === 'local') return 'local';
  if (target.kind === 'ssh') return `ssh://${formatHop(target)}`;
  return target.server === undefined ? 'docker' : `docker+ssh://${formatHop(target.server)}`;
}

export function formatHop(hop: SshHop): string {
  const host = hop.host.includes(':') ? `[${hop.host}]` : hop.host;
  return `${hop.user === undefined ? '' : `${hop.user}@`}${host}${hop.port === undefined ? '' : `:${String(hop.port)}`}`;
}

/** The place that `formatTarget` writes. Pure. @throws AppError `usage.invalid` that names the part, and never a password */
export function parseTarget(text: string): Target {
  if (text === 'local' || text === 'docker') return { kind: text };
  if (DOCKER_SCHEME.test(text)) {
    const server = parseUrl(text.slice(DOCKER_PREFIX.length), 'target');
    return { kind: 'docker', server: { kind: 'ssh', ...server, jumps: [] } };
  }
  return { kind: 'ssh', ...parseUrl(text, 'target'), jumps: [] };
}

/** A hop on the way: `ssh://user@host:port`. Pure. @throws AppError `usage.invalid`, as `parseTarget` */
export function parseHop(text: string): SshHop {
  return parseUrl(text, 'target.jumps');
}

const SCHEME = /^ssh:\/\//i;
const DOCKER_SCHEME = /^docker\+ssh:\/\//i;
const DOCKER_PREFIX = 'docker+';

function parseUrl(text: string, path: string): SshHop {
  const invalid = (part: string, message: string): AppError =>
    new AppError('usage.invalid', {
      message,
      hint: 'A server is written ssh://USER@HOST:PORT, user and port where they are needed, an IPv6 address as [::1].',
      details: { path: part === '' ? path : `${path}.${part}` },
    });
  if (!SCHEME.test(text)) {
    throw invalid(
      '',
      path === 'target'
        ? 'A place is local, docker, or begins with ssh:// or docker+ssh://.'
        : 'A hop begins with ssh://.',
    );
  }
  const rest = text.replace(SCHEME, '');
  if (/[/?#]/.test(rest)) throw invalid('', 'A server has no path, query or fragment.');
  const at = rest.lastIndexOf('@');
  const user = at < 0 ? undefined : rest.slice(0, at);
  if (user?.includes(':') === true) {
    throw invalid(
      'user',
      'A password does not belong into the address: others can read it there. It is asked for, or read from --secrets-stdin.',
    );
  }
  const place = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/u.exec(rest.slice(at + 1));
  if (place === null) throw invalid('host', 'The host is not understood. An IPv6 address stands in brackets.');
  const [, address, name, port] = place;
  if (address?.includes(':') === false) throw invalid('host', 'Only an IPv6 address stands in brackets.');
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) throw invalid('port', 'A port is a number from 1 to 65535.');
  const parsed = sshHopSchema.safeParse({
    host: address ?? name,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const part = String(issue?.path[0] ?? '');
  throw invalid(
    part,
    part === 'port' ? 'A port is a number from 1 to 65535.' : (issue?.message ?? 'That is not a server.'),
  );
}
