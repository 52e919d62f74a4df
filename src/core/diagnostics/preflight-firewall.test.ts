import { describe, expect, test } from 'vitest';
import { type Case, find, fresh, judge, listener, summary } from '../../../test/preflight/fresh-server.ts';
import type { ServerFacts } from '../facts/server-facts.ts';

describe('firewall', () => {
  const wanted = { wish: { firewall: true } };
  const firewall = (more: Partial<ServerFacts['firewall']>): Case => ({
    facts: { firewall: { ...fresh.firewall, ...more } },
  });
  test.each<[string, Case, string, readonly number[] | undefined]>([
    ['off on a public address', {}, 'warn', undefined],
    ['off behind a router', firewall({ hasPublicAddress: false }), 'ok', undefined],
    ['on', { ...firewall({ ufw: { isInstalled: true, isActive: true, rules: [] } }), ...wanted }, 'ok', undefined],
    ['another one', { ...firewall({ other: 'firewalld' }), ...wanted }, 'ok', undefined],
    ['wanted', wanted, 'fix', [22]],
    [
      'wanted, sshd started by its socket',
      { facts: { listeners: [], firewall: { ...fresh.firewall, socketPorts: [2222] } }, ...wanted },
      'fix',
      [2222],
    ],
    ['wanted, and nobody knows where sshd listens', { facts: { listeners: [] }, ...wanted }, 'warn', undefined],
  ])('%s', (_, given, expected, sshPorts) => {
    expect(summary(find('firewall', given))).toBe(expected);
    expect(judge(given).fixes.firewall?.sshPorts).toEqual(sshPorts);
  });

  test('what would not be reachable any more is named', () => {
    const listeners = [
      ...fresh.listeners,
      listener({ port: 80, process: 'nginx' }),
      listener({ protocol: 'udp', port: 51820, process: undefined }),
    ];
    expect(find('firewall', { ...wanted, facts: { listeners } }).because).toBe(
      'ufw is switched on and lets in SSH (port 22). From outside, these will not be reachable any more: nginx (80/tcp) and something (51820/udp).',
    );
  });
});
