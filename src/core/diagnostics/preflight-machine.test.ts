import { expect, test } from 'vitest';
import { NOW_MS, find, fresh, machine, os, summary } from '../../../test/preflight/fresh-server.ts';
import type { ServerFacts } from '../facts/server-facts.ts';

test.each<[string, Partial<ServerFacts['machine']>, string]>([
  ['Debian 12', {}, 'ok'],
  ['Debian 13', os('debian', '13'), 'ok'],
  ['Debian testing', os('debian', undefined), 'ok'],
  ['Debian 11', { ...os('debian', '11'), libc: { kind: 'glibc', version: '2.31' } }, 'warn'],
  ['Debian 9', { ...os('debian', '9'), libc: { kind: 'glibc', version: '2.24' } }, 'preflight.unsupported-os'],
  ['glibc 2.27', { libc: { kind: 'glibc', version: '2.27' } }, 'preflight.unsupported-os'],
  ['glibc 2.28', { libc: { kind: 'glibc', version: '2.28' } }, 'ok'],
  ['Ubuntu 20.04', os('ubuntu', '20.04'), 'warn'],
  ['Ubuntu 22.04', os('ubuntu', '22.04'), 'ok'],
  ['Ubuntu 24.04', os('ubuntu', '24.04'), 'ok'],
  ['Fedora 41', os('fedora', '41'), 'warn'],
  ['Alpine', { ...os('alpine', '3.20.3'), libc: { kind: 'musl' } }, 'preflight.unsupported-os'],
  ['FreeBSD', { kernelName: 'FreeBSD' }, 'preflight.unsupported-os'],
])('operating system: %s', (_, more, expected) => {
  expect(summary(find('os', machine(more)))).toBe(expected);
});

test.each([
  ['x86_64', 64, 'ok'],
  ['aarch64', 64, 'ok'],
  ['aarch64', 32, 'preflight.unsupported-arch'],
  ['armv7l', 32, 'preflight.unsupported-arch'],
  ['armv6l', 32, 'preflight.unsupported-arch'],
  ['i686', 32, 'preflight.unsupported-arch'],
  ['riscv64', 64, 'preflight.unsupported-arch'],
] as const)('processor: %s with %d bits', (arch, wordBits, expected) => {
  expect(summary(find('arch', machine({ arch, wordBits })))).toBe(expected);
});

test.each([
  ['running', 'ok'],
  ['degraded', 'ok'],
  ['starting', 'warn'],
  ['initializing', 'warn'],
  ['stopping', 'preflight.no-systemd'],
  ['maintenance', 'preflight.no-systemd'],
  ['', 'warn'],
])('systemd is %s', (state, expected) => {
  expect(summary(find('systemd', machine({ init: { ...fresh.machine.init, state } })))).toBe(expected);
});

test('without systemd', () => {
  const given = machine({
    isContainer: true,
    virtualisation: 'docker',
    init: { name: 'tini', isSystemd: false, state: undefined, version: undefined },
  });
  expect(summary(find('systemd', given))).toBe('preflight.no-systemd');
  expect(find('systemd', given).because).toContain('tini');
});

test.each([
  [0, 'ok'],
  [60, 'ok'],
  [-61, 'warn'],
  [300, 'warn'],
  [301, 'preflight.clock-wrong'],
  [-301, 'preflight.clock-wrong'],
  [-3 * 365 * 86_400, 'preflight.clock-wrong'],
])('a clock %d seconds off', (skew, expected) => {
  const finding = find('clock', {
    facts: { clock: { epochSeconds: NOW_MS / 1000 + skew, isSynchronised: undefined } },
  });
  expect(summary(finding)).toBe(expected);
  if (skew === -61) expect(finding.because).toContain('1 minute behind');
});
