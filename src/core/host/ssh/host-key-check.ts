import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/app-error.ts';
import { hasCode } from '../../system/atomic-file.ts';
import { formatFingerprint, parseHostKey, planHostKeyAlgorithms } from './host-key.ts';
import { buildHostKeyError, judgeHostKey, listKnownTypes, type ServerNames } from './host-key-verdict.ts';
import { formatKnownName, parseKnownHosts, type KnownHostLine } from './known-hosts.ts';
import type { RouteHop } from './ssh-route.ts';
import { formatTrustedLines, type TrustStore } from './trust-store.ts';

/** What is known about the keys of one server, before it is asked for one. */
export interface HostKeyCheck {
  /** What to offer, without the key types to leave out. */
  planAlgorithms(leftOut?: readonly string[]): string[];
  /**
   * Accepts the key that a server presents, or throws. One whose fingerprint the person named is remembered.
   * @throws AppError `host.key-unknown`, `host.key-changed`, `host.key-revoked`, and what the trust file may meet
   */
  verify(blob: Buffer, address: string | undefined): Promise<void>;
}

export interface HostKeySources {
  readonly homeDir: string;
  readonly platform: NodeJS.Platform;
  readonly trust: TrustStore;
  /** Instead of the usual files. */
  readonly knownHostsFiles?: readonly string[];
  /** `SHA256:…` of keys that the person has compared. */
  readonly trustHostKeys?: readonly string[];
}

export async function readHostKeyCheck(
  hop: Pick<RouteHop, 'host' | 'port' | 'hostKeyAlias' | 'knownHostsFiles'>,
  sources: HostKeySources,
): Promise<HostKeyCheck> {
  const files = listFiles(hop.knownHostsFiles, sources);
  const lines = (await Promise.all(files.map(readKnownHosts))).flat();
  lines.push(...formatTrustedLines(await sources.trust.list(), sources.trust.path));
  const names = buildNames(hop);
  const approved = new Set((sources.trustHostKeys ?? []).map((fingerprint) => fingerprint.trim().replace(/=+$/, '')));

  return {
    planAlgorithms: (leftOut) => planHostKeyAlgorithms(listKnownTypes(names, lines), leftOut),
    async verify(blob, address) {
      const key = parseHostKey(blob);
      if (key === undefined) {
        throw new AppError('host.unreachable', { message: `${hop.host} presented a host key that cannot be read.` });
      }
      const addressName = address === undefined ? {} : { address: formatKnownName(address, hop.port) };
      const verdict = judgeHostKey(key, { ...names, ...addressName }, lines);
      if (verdict.is === 'known') return;
      if (verdict.is !== 'unknown' || !approved.has(formatFingerprint(blob))) {
        throw buildHostKeyError(key, names, verdict);
      }
      lines.push(...formatTrustedLines([await sources.trust.add(names.name, key)], sources.trust.path));
    },
  };
}

function buildNames(hop: Pick<RouteHop, 'host' | 'port' | 'hostKeyAlias'>): ServerNames {
  // An alias stands for the server whatever its port, as in OpenSSH.
  if (hop.hostKeyAlias !== undefined) return { name: hop.hostKeyAlias.toLowerCase() };
  const name = formatKnownName(hop.host, hop.port);
  return hop.port === 22 ? { name } : { name, withoutPort: hop.host.toLowerCase() };
}

function listFiles(configured: readonly string[] | undefined, sources: HostKeySources): readonly string[] {
  if (sources.knownHostsFiles !== undefined) return [...(configured ?? []), ...sources.knownHostsFiles];
  const own = ['known_hosts', 'known_hosts2'].map((name) => join(sources.homeDir, '.ssh', name));
  const shared = sources.platform === 'win32' ? [] : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
  return [...(configured ?? own), ...shared];
}

async function readKnownHosts(file: string): Promise<KnownHostLine[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return [];
    // It may hold a revocation: what cannot be read cannot be passed over.
    throw new AppError('usage.invalid', {
      message: `The file of known hosts ${file} cannot be read.`,
      hint: 'Make it readable for your account.',
      details: { file, reason: error instanceof Error ? error.message : String(error) },
      cause: error,
    });
  }
}
