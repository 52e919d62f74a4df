import { describe, expect, test } from 'vitest';
import { type Case, find, fresh, listener, summary, wish } from '../../../test/preflight/fresh-server.ts';
import type { Trace } from '../facts/foreign-install.ts';
import type { Listener } from '../facts/listeners.ts';

describe('port', () => {
  const nginx = listener({
    port: 18789,
    address: '127.0.0.1',
    process: 'nginx',
    pid: 812,
    user: 'www-data',
    unit: 'nginx.service',
  });
  const ours = listener({
    port: 18789,
    address: '127.0.0.1',
    process: 'openclaw-gatewa',
    pid: 900,
    user: 'openclaw',
    unit: 'openclaw-gateway.service',
    isUserUnit: true,
  });
  const claimed = { wish: { own: { ...wish.own, isClaimed: true } } };
  test.each<[string, Listener[], Case, string]>([
    ['free', [], {}, 'ok'],
    ['another port', [{ ...nginx, port: 18790 }], {}, 'ok'],
    ['another program', [nginx], {}, 'preflight.port-busy'],
    ['another program, on all addresses', [{ ...nginx, address: '*' }], {}, 'preflight.port-busy'],
    ['on ::1', [{ ...nginx, address: '::1' }], {}, 'preflight.port-busy'],
    ['on an address that we do not use', [{ ...nginx, address: '10.0.0.5' }], {}, 'ok'],
    ['udp', [{ ...nginx, protocol: 'udp' }], {}, 'ok'],
    ['our own gateway', [ours], claimed, 'ok'],
    ['one like ours on a server that is not marked', [ours], {}, 'preflight.port-busy'],
    ['our account, by hand', [{ ...ours, unit: 'session-3.scope' }], claimed, 'preflight.port-busy'],
    ['a container', [{ ...ours, container: '64617094060d' }], claimed, 'preflight.port-busy'],
    ['a unit of ours, of another account', [{ ...ours, user: 'anna' }], claimed, 'preflight.port-busy'],
  ])('%s', (_, listeners, more, expected) => {
    expect(summary(find('port', { ...more, facts: { listeners: [...fresh.listeners, ...listeners] } }))).toBe(expected);
  });

  test('who holds it', () => {
    const finding = find('port', { facts: { listeners: [nginx] } });
    expect(finding.because).toBe('Port 18789 is used by nginx (process 812, account www-data, nginx.service).');
    expect(finding.error?.details).toEqual({
      port: 18789,
      process: 'nginx',
      pid: 812,
      user: 'www-data',
      unit: 'nginx.service',
    });
  });
});

describe('other installs', () => {
  const unit: Trace = {
    kind: 'unit',
    path: '/home/anna/.config/systemd/user/clawdbot-gateway.service',
    unit: 'clawdbot-gateway.service',
    user: 'anna',
  };
  const process: Trace = {
    kind: 'process',
    pid: 7,
    user: 'anna',
    unit: undefined,
    container: undefined,
    words: 'moltbot',
  };
  const state: Trace = { kind: 'state', path: '/home/anna/.clawdbot', user: 'anna' };
  const program: Trace = { kind: 'program', path: '/usr/local/bin/moltbot' };
  const container = (status: string): Trace => ({
    kind: 'container',
    name: 'oc',
    image: 'ghcr.io/openclaw/openclaw',
    status,
  });
  const own: Trace[] = [
    {
      kind: 'unit',
      path: '/home/openclaw/.config/systemd/user/openclaw-gateway.service',
      unit: 'openclaw-gateway.service',
      user: 'openclaw',
    },
    {
      kind: 'process',
      pid: 8,
      user: 'openclaw',
      unit: 'openclaw-gateway.service',
      container: undefined,
      words: 'openclaw-gateway',
    },
    { kind: 'state', path: '/home/openclaw/.openclaw', user: 'openclaw' },
    { kind: 'program', path: '/home/openclaw/.npm-global/bin/openclaw' },
  ];
  test.each<[string, Trace[], boolean, string]>([
    ['none', [], false, 'ok'],
    ['a service', [unit], false, 'preflight.foreign-install'],
    ['a process', [process], false, 'preflight.foreign-install'],
    ['a running container', [container('Up 3 days')], false, 'preflight.foreign-install'],
    ['a container that ended', [container('Exited (0) 2 weeks ago')], false, 'warn'],
    ['data', [state], false, 'warn'],
    ['a program', [program], false, 'warn'],
    ['what looks like ours, on a server that is not marked', own, false, 'preflight.foreign-install'],
    ['our own', own, true, 'ok'],
    ['our own and another', [...own, unit], true, 'preflight.foreign-install'],
    ['our data, kept by an earlier removal', own.slice(2, 3), false, 'warn'],
  ])('%s', (_, traces, isClaimed, expected) => {
    expect(summary(find('installs', { first: { traces }, wish: { own: { ...wish.own, isClaimed } } }))).toBe(expected);
  });

  test('what, and where', () => {
    expect(find('installs', { first: { traces: [unit, process, state] } }).because).toBe(
      'There is already an OpenClaw on this server: the service clawdbot-gateway.service of anna (/home/anna/.config/systemd/user/clawdbot-gateway.service).',
    );
    expect(find('installs', { first: { traces: own.slice(2, 3) } }).because).toContain('will be used');
  });
});

test.each([
  ['missing', undefined, 'ok'],
  ['like ours', { uid: 1001, gid: 1001, home: '/home/openclaw', shell: '/bin/bash' }, 'ok'],
  ['elsewhere', { uid: 1001, gid: 1001, home: '/srv/openclaw', shell: '/bin/bash' }, 'preflight.foreign-install'],
  ['root', { uid: 0, gid: 0, home: '/home/openclaw', shell: '/bin/bash' }, 'preflight.foreign-install'],
])('account: %s', (_, account, expected) => {
  expect(summary(find('account', { facts: { account } }))).toBe(expected);
});
