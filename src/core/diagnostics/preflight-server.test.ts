import { expect, test } from 'vitest';
import { type Case, judge, machine } from '../../../test/preflight/fresh-server.ts';

test('a fresh server: nothing to say, nothing to mend', () => {
  const { findings, fixes } = judge({});
  expect(findings.filter(({ level }) => level !== 'ok').map(({ id }) => id)).toEqual(['firewall']);
  expect(fixes).toEqual({ packages: undefined, swap: undefined, firewall: undefined });
  expect(findings.map(({ id }) => id)).toEqual([
    ...[
      'os',
      'arch',
      'systemd',
      'clock',
      'memory',
      'disk',
      'installs',
      'account',
      'port',
      'tools',
      'network',
      'node',
      'firewall',
    ],
  ]);
});

test('once something of ours is there, what takes long is not asked again', () => {
  const { findings } = judge({ first: 'not asked' });
  expect(findings.map(({ id }) => id)).not.toContain('network');
  expect(findings.map(({ id }) => id)).not.toContain('installs');
});

test('every sentence is one, without a word of a programmer', () => {
  const cases: Case[] = [
    {},
    machine({ libc: { kind: 'musl' }, arch: 'armv7l', wordBits: 32 }),
    { facts: { listeners: [] }, wish: { firewall: true } },
  ];
  for (const { because, title } of cases.flatMap((given) => judge(given).findings)) {
    expect(because).toMatch(/^(?:[A-Z0-9]|systemd|ufw).*[.]$/);
    expect(because).not.toMatch(/undefined|null|NaN|\bstderr\b|exit code/);
    expect(title).not.toBe('');
  }
});
