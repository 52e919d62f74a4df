import { expect, test } from 'vitest';
import { parseAccount } from './account.ts';
import { clockSkewSeconds, parseClock } from './clock.ts';
import { parseTools } from './tools.ts';

test('the line of an account', () => {
  expect(parseAccount('openclaw:x:1001:1002::/home/openclaw:/bin/bash\n', 'openclaw')).toEqual({
    uid: 1001,
    gid: 1002,
    home: '/home/openclaw',
    shell: '/bin/bash',
  });
  expect(parseAccount('openclaw:x:1001:1002:Ünï, Room 5,:/srv/my home:\n', 'openclaw')).toMatchObject({
    home: '/srv/my home',
    shell: '/bin/sh',
  });
});

test('no account, another account, half a line', () => {
  expect(parseAccount('', 'openclaw')).toBeUndefined();
  expect(parseAccount('openclaw2:x:1001:1001::/home/x:/bin/sh\n', 'openclaw')).toBeUndefined();
  expect(parseAccount('openclaw:x\n', 'openclaw')).toBeUndefined();
});

test('a clock and who keeps it', () => {
  expect(parseClock('now=1795227981\nntp=yes\n')).toEqual({ epochSeconds: 1795227981, isSynchronised: true });
  expect(parseClock('now=1795227981\ndaemon=chronyd\n')?.isSynchronised).toBeUndefined();
  expect(parseClock('now=1795227981\ndaemon=systemd-timesyn\n')?.isSynchronised).toBe(false);
  expect(parseClock('now=1795227981\n')?.isSynchronised).toBe(false);
  expect(parseClock('now=\n')).toBeUndefined();
});

test('how far a clock is ahead', () => {
  const clock = { epochSeconds: 1000, isSynchronised: true };
  expect(clockSkewSeconds(clock, 1_000_400)).toBe(0);
  expect(clockSkewSeconds(clock, 700_000)).toBe(300);
  expect(clockSkewSeconds(clock, 1_301_000)).toBe(-301);
});

test('tools of a Debian server', () => {
  const tools = parseTools(
    'tool=tar\ntool=curl\ntool=apt-get\ncertificates=yes\nuserbus=yes\nlibstdcxx=yes\nend=yes\n',
  );
  expect([...tools.present]).toEqual(['tar', 'curl', 'apt-get']);
  expect(tools).toMatchObject({
    hasCertificates: true,
    hasLibstdcxx: true,
    hasUserBus: true,
    packageManager: 'apt-get',
  });
});

test('a machine that cannot say which libraries it has', () => {
  expect(parseTools('tool=tar\ntool=apk\nend=yes\n')).toMatchObject({
    hasCertificates: false,
    hasLibstdcxx: undefined,
    hasUserBus: false,
    packageManager: 'apk',
  });
  expect(parseTools('libstdcxx=no\nend=yes\n')).toMatchObject({ hasLibstdcxx: false, packageManager: undefined });
});
