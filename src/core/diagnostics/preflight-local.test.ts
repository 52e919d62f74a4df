import { expect, test } from 'vitest';
import type { Finding } from '../api.ts';
import type { LocalComputer } from '../facts/local-computer.ts';
import type { Reach } from '../facts/network.ts';
import { judgeLocal, type LocalWish } from './preflight-local.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const NPM = 'https://registry.npmjs.org/openclaw';

const computer: LocalComputer = {
  platform: 'linux',
  arch: 'x64',
  libc: 'glibc',
  memory: { totalBytes: 16 * GIB, availableBytes: 8 * GIB, limitBytes: undefined, swaps: [], diskSwapBytes: 0 },
  disk: [
    {
      path: '/data',
      totalBytes: 100 * GIB,
      freeBytes: 50 * GIB,
      freeInodes: 1_000_000,
      type: '0xef53',
      filesystem: 'a',
    },
  ],
};
const wish: LocalWish = {
  dataDir: '/data',
  isInstalled: false,
  node: { openclawVersion: '2026.9.6', range: '>=24.16.0', nodeVersion: '24.21.0' },
  sources: [{ what: 'OpenClaw', urls: [NPM] }],
  port: { port: 18789, is: 'free', isNamed: false },
};
const reached: readonly Reach[] = [{ url: NPM, isGuess: false, fault: undefined, words: '' }];

const levels = (
  more: Partial<LocalComputer>,
  wished: Partial<LocalWish> = {},
  reach: readonly Reach[] | undefined = reached,
): Record<string, string> =>
  Object.fromEntries(
    judgeLocal({ ...computer, ...more }, reach, { ...wish, ...wished }).map((finding) => [
      finding.id,
      summary(finding),
    ]),
  );

function summary(finding: Finding): string {
  expect(finding.error === undefined).toBe(finding.level !== 'refuse');
  if (finding.error !== undefined) expect(finding.error.message).toBe(finding.because);
  return finding.error?.code ?? finding.level;
}

test('a computer that has everything', () => {
  expect(levels({})).toEqual({ os: 'ok', arch: 'ok', memory: 'ok', disk: 'ok', port: 'ok', network: 'ok', node: 'ok' });
  expect(judgeLocal(computer, undefined, wish).map(({ id }) => id)).not.toContain('network');
});

test.each([
  ['linux', 'glibc', 'ok'],
  ['linux', 'musl', 'preflight.unsupported-os'],
  ['darwin', undefined, 'ok'],
  ['win32', undefined, 'ok'],
  ['freebsd', undefined, 'preflight.unsupported-os'],
  ['aix', undefined, 'preflight.unsupported-os'],
] as const)('platform %s, %s', (platform, libc, expected) => {
  expect(levels({ platform, libc })['os']).toBe(expected);
});

test.each([
  ['x64', 'ok'],
  ['arm64', 'ok'],
  ['arm', 'preflight.unsupported-arch'],
  ['ia32', 'preflight.unsupported-arch'],
])('processor %s', (arch, expected) => {
  expect(levels({ arch })['arch']).toBe(expected);
});

test.each([
  ['linux', 600 * MIB, 4 * GIB, 'preflight.memory'],
  ['linux', 965 * MIB, 0, 'preflight.memory'],
  ['linux', 965 * MIB, 1 * GIB, 'warn'],
  ['linux', 965 * MIB, 2 * GIB, 'ok'],
  ['linux', 1.9 * GIB, 0, 'warn'],
  ['linux', 2 * GIB, 0, 'ok'],
  ['win32', 1.9 * GIB, 0, 'ok'],
] as const)('memory: %s with %d and %d of swap', (platform, totalBytes, diskSwapBytes, expected) => {
  const memory = { totalBytes, availableBytes: totalBytes, limitBytes: undefined, swaps: [], diskSwapBytes };
  expect(levels({ platform, memory })['memory']).toBe(expected);
});

test.each([
  ['linux', 1.1 * GIB, false, 'warn'],
  ['linux', 1.3 * GIB, false, 'ok'],
  ['linux', 1.1 * GIB, true, 'ok'],
  ['darwin', 0.1 * GIB, false, 'ok'],
] as const)('free memory: %s, %d, installed %s', (platform, availableBytes, isInstalled, expected) => {
  expect(levels({ platform, memory: { ...computer.memory, availableBytes } }, { isInstalled })['memory']).toBe(
    expected,
  );
});

test.each([
  [2450 * MIB, false, 'ok'],
  [2449 * MIB, false, 'preflight.disk-full'],
  [400 * MIB, true, 'ok'],
  [200 * MIB, true, 'warn'],
])('%d bytes free, installed %s', (freeBytes, isInstalled, expected) => {
  expect(levels({ disk: computer.disk.map((space) => ({ ...space, freeBytes })) }, { isInstalled })['disk']).toBe(
    expected,
  );
});

test.each([
  ['free', true, 'ok'],
  ['ours', true, 'ok'],
  ['busy', false, 'ok'],
  ['busy', true, 'preflight.port-busy'],
] as const)('a port that is %s, named %s', (is, isNamed, expected) => {
  expect(levels({}, { port: { port: 18789, is, isNamed } })['port']).toBe(expected);
});

test('no network, and a release that does not fit', () => {
  const gone: Reach[] = [{ url: NPM, isGuess: false, fault: 'dns', words: 'ENOTFOUND' }];
  const node = { ...wish.node, nodeVersion: '22.0.0' };
  expect(levels({}, { node }, gone)).toMatchObject({ network: 'preflight.network', node: 'preflight.node-floor' });
});
