import { describe, expect, test } from 'vitest';
import { type Case, DIST, NPM, find, fresh, judge, summary } from '../../../test/preflight/fresh-server.ts';
import type { FirstDeployFacts, ServerFacts } from '../facts/server-facts.ts';

describe('tools', () => {
  const without = (...names: string[]): ServerFacts['tools'] => ({
    ...fresh.tools,
    present: new Set([...fresh.tools.present].filter((name) => !names.includes(name))),
  });
  const packages = (tools: ServerFacts['tools'], more: Case = {}): readonly string[] | undefined =>
    judge({ ...more, facts: { tools } }).fixes.packages?.packages;

  test('all there', () => {
    expect(summary(find('tools', {}))).toBe('ok');
    expect(packages(without('git', 'xz', 'ss'))).toBeUndefined();
  });

  test('what is missing is installed, each package once', () => {
    const tools = {
      ...without('curl', 'runuser', 'useradd', 'tar'),
      hasCertificates: false,
      hasLibstdcxx: false,
      hasUserBus: false,
    };
    expect(summary(find('tools', { facts: { tools } }))).toBe('fix');
    expect(packages(tools)).toEqual([
      'ca-certificates',
      'curl',
      'dbus-user-session',
      'libstdc++6',
      'passwd',
      'tar',
      'util-linux',
    ]);
    expect(judge({ facts: { tools: { ...tools, packageManager: 'dnf' } } }).fixes.packages).toEqual({
      manager: 'dnf',
      wantsUfw: false,
      packages: ['ca-certificates', 'curl', 'dbus-common', 'libstdc++', 'shadow-utils', 'tar', 'util-linux'],
    });
  });

  test('wget will do', () => {
    expect(packages({ ...without('curl'), present: new Set([...without('curl').present, 'wget']) })).toBeUndefined();
  });

  test('ufw only where it is wanted', () => {
    expect(packages(without('ufw'))).toBeUndefined();
    expect(packages(without('ufw'), { wish: { firewall: true } })).toEqual(['ufw']);
  });

  test.each(['apk', 'pacman', undefined] as const)('no way to install: %s', (packageManager) => {
    const given = { facts: { tools: { ...without('tar'), packageManager } } };
    expect(summary(find('tools', given))).toBe('preflight.tools-missing');
    expect(judge(given).fixes.packages).toBeUndefined();
  });

  test.each(['flock', 'setsid'])('what the lease is built on cannot be installed under a lease: %s', (name) => {
    const given = { facts: { tools: without(name) } };
    expect(summary(find('tools', given))).toBe('preflight.tools-missing');
    expect(judge(given).fixes.packages).toBeUndefined();
  });

  test('somebody else is installing', () => {
    const first = { packageLock: { is: 'held', pid: 9, process: 'unattended-upgr' } } as const;
    expect(find('tools', { first, facts: { tools: without('tar') } }).because).toContain(
      'unattended-upgr is installing something right now',
    );
    expect(summary(find('tools', { first }))).toBe('ok');
  });
});

describe('network', () => {
  const reach = (npm: FirstDeployFacts['reach'][number]['fault'], dist: typeof npm, isGuess = false): Case => ({
    first: {
      reach: [
        { url: NPM, isGuess, fault: npm, words: 'words' },
        { url: DIST, isGuess, fault: dist, words: 'words' },
      ],
    },
  });
  test.each<[string, Case, string]>([
    ['all', reach(undefined, undefined), 'ok'],
    ['one of two places for Node.js', reach(undefined, 'dns'), 'ok'],
    ['not the registry', reach('timeout', undefined), 'preflight.network'],
    ['nothing', reach('dns', 'dns'), 'preflight.network'],
    ['only a guess', reach(undefined, undefined, true), 'warn'],
    ['a guess that fails', reach('refused', 'refused', true), 'preflight.network'],
  ])('%s', (_, given, expected) => {
    expect(summary(find('network', given))).toBe(expected);
  });

  test('why', () => {
    expect(find('network', reach('dns', 'tls')).because).toBe(
      'OpenClaw cannot be downloaded: registry.npmjs.org: its name was not found (DNS).',
    );
    expect(find('network', reach(undefined, 'timeout')).because).toContain('nodejs.org: no answer within 5 seconds');
  });
});

test.each([
  ['24.21.0', '>=24.16.0 <25 || >=26.1.0', 'ok'],
  ['24.15.0', '>=24.16.0 <25 || >=26.1.0', 'preflight.node-floor'],
  ['25.1.0', '>=24.16.0 <25 || >=26.1.0', 'preflight.node-floor'],
  ['18.0.0', undefined, 'ok'],
])('Node.js %s for %s', (nodeVersion, range, expected) => {
  expect(summary(find('node', { wish: { node: { openclawVersion: '2026.9.6', range, nodeVersion } } }))).toBe(expected);
});
