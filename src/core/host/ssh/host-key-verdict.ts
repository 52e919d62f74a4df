import { AppError } from '../../../shared/app-error.ts';
import { formatFingerprint, type HostKey } from './host-key.ts';
import { matchesKnownName, type KnownHostLine } from './known-hosts.ts';

/** The names under which a server may be known. */
export interface ServerNames {
  /** `host` or `[host]:port`, or the HostKeyAlias. */
  readonly name: string;
  /** The host without its port: a key known for that is accepted too, as OpenSSH does; never counted as changed. */
  readonly withoutPort?: string;
  /** The address that answered. Only revocations are looked up by it: addresses pass from one machine to another. */
  readonly address?: string;
}

export type HostKeyVerdict =
  | { readonly is: 'known'; readonly line: KnownHostLine }
  /** `known` are keys of other types, `authority` lines whose certificates are not verified here. */
  | {
      readonly is: 'unknown';
      readonly known: readonly KnownHostLine[];
      readonly authority: readonly KnownHostLine[];
      /** The same key under other names. */
      readonly elsewhere: readonly KnownHostLine[];
    }
  /** Keys of the same type are known, and none of them is this one. */
  | { readonly is: 'changed'; readonly known: readonly KnownHostLine[] }
  | { readonly is: 'revoked'; readonly line: KnownHostLine };

/** What is to be thought of a key that a server presents. Pure. */
export function judgeHostKey(key: HostKey, names: ServerNames, lines: readonly KnownHostLine[]): HostKeyVerdict {
  const isSame = (line: KnownHostLine): boolean => line.type === key.type && line.blob === key.blob;
  const allNames = [names.name, names.withoutPort, names.address].filter((name) => name !== undefined);
  const same = lines.filter(isSame);
  const revoked = same.find(
    (line) => line.marker === 'revoked' && allNames.some((name) => matchesKnownName(line, name)),
  );
  if (revoked !== undefined) return { is: 'revoked', line: revoked };

  const forName = lines.filter((line) => matchesKnownName(line, names.name));
  const known = forName.filter((line) => line.marker === 'none');
  const match = known.find(isSame);
  if (match !== undefined) return { is: 'known', line: match };
  const sameType = known.filter((line) => line.type === key.type);
  if (sameType.length > 0) return { is: 'changed', known: sameType };

  const plain = same.filter((line) => line.marker === 'none');
  const { withoutPort } = names;
  const portless = withoutPort === undefined ? undefined : plain.find((line) => matchesKnownName(line, withoutPort));
  if (portless !== undefined) return { is: 'known', line: portless };
  return {
    is: 'unknown',
    known,
    authority: forName.filter((line) => line.marker === 'cert-authority'),
    elsewhere: plain,
  };
}

/** The key types that are known for a server: what to ask it for first. Pure. */
export function listKnownTypes(names: ServerNames, lines: readonly KnownHostLine[]): string[] {
  const known = (name: string): KnownHostLine[] =>
    lines.filter((line) => line.marker === 'none' && matchesKnownName(line, name));
  const byName = known(names.name);
  const found = byName.length > 0 || names.withoutPort === undefined ? byName : known(names.withoutPort);
  return [...new Set(found.map((line) => line.type))];
}

/** The error that a verdict other than `known` is. Pure. */
export function buildHostKeyError(
  key: HostKey,
  names: ServerNames,
  verdict: Exclude<HostKeyVerdict, { is: 'known' }>,
): AppError {
  const fingerprint = formatFingerprint(key.blob);
  const presented = { host: names.name, type: key.type, fingerprint };
  switch (verdict.is) {
    case 'revoked':
      return new AppError('host.key-revoked', {
        message: `The host key of ${names.name} is marked as revoked.`,
        details: { ...presented, where: verdict.line.where },
      });
    case 'changed':
      return new AppError('host.key-changed', {
        message: `The host key of ${names.name} has CHANGED.`,
        details: { ...presented, known: verdict.known.map(describe) },
      });
    case 'unknown':
      return new AppError('host.key-unknown', {
        message: `The host key of ${names.name} is not known yet: ${key.type} ${fingerprint}${explain(verdict)}.`,
        details: {
          ...presented,
          ...(verdict.known.length === 0 ? {} : { known: verdict.known.map(describe) }),
          ...(verdict.authority.length === 0 ? {} : { certificateAuthority: verdict.authority.map(describe) }),
          ...(verdict.elsewhere.length === 0 ? {} : { sameKeyElsewhere: verdict.elsewhere.map(describe) }),
        },
      });
  }
}

function explain(verdict: Extract<HostKeyVerdict, { is: 'unknown' }>): string {
  const authority = verdict.authority[0];
  if (authority !== undefined) {
    return ` (${authority.where} names a certificate authority for it, but Hardshell does not verify host certificates)`;
  }
  const other = verdict.known[0];
  return other === undefined ? '' : ` (a key of another type, ${other.type}, is known from ${other.where})`;
}

function describe(line: KnownHostLine): { type: string; fingerprint: string; where: string } {
  return { type: line.type, fingerprint: formatFingerprint(line.blob), where: line.where };
}
