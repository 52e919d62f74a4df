import { expect } from 'vitest';
import type { Finding } from '../../src/core/api.ts';
import type { Listener } from '../../src/core/facts/listeners.ts';
import type { FirstDeployFacts, ServerFacts } from '../../src/core/facts/server-facts.ts';
import { judgeServer, type ServerPreflight, type ServerWish } from '../../src/core/diagnostics/preflight-server.ts';

export const GIB = 1024 ** 3;
export const MIB = 1024 ** 2;
export const NOW_MS = 1_795_227_981_000;

export const disk = (
  path: string,
  freeBytes: number,
  more: Partial<ServerFacts['disk'][number]> = {},
): ServerFacts['disk'][number] => ({
  path,
  totalBytes: 40 * GIB,
  freeBytes,
  freeInodes: 2_000_000,
  type: 'ext2/ext3',
  filesystem: '2049',
  ...more,
});
export const paths = ['/opt/hardshell/node', '/home/openclaw', '/tmp', '/'];
export const listener = (more: Partial<Listener>): Listener => ({
  protocol: 'tcp',
  address: '0.0.0.0',
  port: 22,
  pid: 40,
  process: 'sshd',
  user: 'root',
  unit: 'ssh.service',
  isUserUnit: false,
  container: undefined,
  ...more,
});

/** A small rented server as it arrives: Debian 12, 4 GB, nothing on it. */
export const fresh: ServerFacts = {
  machine: {
    os: { id: 'debian', idLike: [], versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    kernelName: 'Linux',
    kernel: '6.1.0-28-amd64',
    arch: 'x86_64',
    wordBits: 64,
    libc: { kind: 'glibc', version: '2.36' },
    virtualisation: 'kvm',
    isContainer: false,
    init: { name: 'systemd', isSystemd: true, state: 'running', version: 252 },
  },
  memory: { totalBytes: 3.8 * GIB, availableBytes: 3.5 * GIB, limitBytes: undefined, swaps: [], diskSwapBytes: 0 },
  disk: paths.map((path) => disk(path, 30 * GIB)),
  clock: { epochSeconds: NOW_MS / 1000, isSynchronised: true },
  listeners: [listener({}), listener({ address: '::' })],
  tools: {
    present: new Set(
      'tar gzip flock setsid runuser getent loginctl sha256sum useradd mktemp stat curl ufw apt-get'.split(' '),
    ),
    hasCertificates: true,
    hasLibstdcxx: true,
    hasUserBus: true,
    packageManager: 'apt-get',
  },
  account: undefined,
  linger: { enabled: false, busReady: false },
  firewall: {
    ufw: { isInstalled: true, isActive: false, rules: [] },
    other: undefined,
    hasPublicAddress: true,
    socketPorts: [],
  },
};
export const NPM = 'https://registry.npmjs.org/-/ping';
export const DIST = 'https://nodejs.org/dist/index.json';
export const quiet: FirstDeployFacts = {
  traces: [],
  packageLock: { is: 'free' },
  reach: [NPM, DIST].map((url) => ({ url, isGuess: false, fault: undefined, words: '' })),
};
export const wish: ServerWish = {
  own: {
    user: 'openclaw',
    home: '/home/openclaw',
    stateDir: '/home/openclaw/.openclaw',
    unit: 'openclaw-gateway.service',
    port: 18789,
    isClaimed: false,
  },
  nodeDir: '/opt/hardshell/node',
  isInstalled: false,
  node: { openclawVersion: '2026.9.6', range: '>=24.16.0 <25 || >=26.1.0', nodeVersion: '24.21.0' },
  sources: [
    { what: 'OpenClaw', urls: [NPM] },
    { what: 'Node.js', urls: [DIST, NPM] },
  ],
  firewall: false,
};

/** What differs from the fresh server. */
export interface Case {
  readonly facts?: Partial<ServerFacts>;
  readonly first?: Partial<FirstDeployFacts> | 'not asked';
  readonly wish?: Partial<ServerWish>;
}

export function judge({ facts, first, wish: wished }: Case): ServerPreflight {
  return judgeServer(
    { ...fresh, ...facts },
    first === 'not asked' ? undefined : { ...quiet, ...first },
    { ...wish, ...wished },
    NOW_MS,
  );
}

export function find(id: string, given: Case): Finding {
  const finding = judge(given).findings.find((one) => one.id === id);
  if (finding === undefined) throw new Error(`no finding ${id}`);
  return finding;
}
/** Every refusal carries its error, with the very sentence that is shown, and nothing else carries one. */
export function summary(finding: Finding): string {
  if (finding.error !== undefined) expect(finding.error.message).toBe(finding.because);
  expect(finding.error === undefined).toBe(finding.level !== 'refuse');
  return finding.error === undefined ? finding.level : finding.error.code;
}
export const machine = (more: Partial<ServerFacts['machine']>): Case => ({
  facts: { machine: { ...fresh.machine, ...more } },
});
export const os = (id: string, versionId: string | undefined): Partial<ServerFacts['machine']> => ({
  os: { id, idLike: [], versionId, prettyName: id },
});
