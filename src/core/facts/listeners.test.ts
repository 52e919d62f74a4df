import { expect, test } from 'vitest';
import { isLoopback, parseControlGroup, parseListeners } from './listeners.ts';

const brief = (text: string): string[] =>
  parseListeners(text).map(
    ({ protocol, address, port, process, user, unit, isUserUnit, container }) =>
      `${protocol} ${address} ${String(port)} ${process ?? '?'} ${user ?? '?'} ${unit ?? '-'}${isUserUnit ? ' (user)' : ''}${container === undefined ? '' : ` in ${container}`}`,
  );

const self = '64617094060dfe1267594253fd42da1200d1a6bce4bc21b4c88c5f23ef408ba5';

test('a server that is a container itself, as it answered', () => {
  const text = `S t LISTEN 0      5        0.0.0.0:8080  0.0.0.0:* users:(("clawdbot-gatewa",pid=1469,fd=3))
S t LISTEN 0      128      0.0.0.0:22    0.0.0.0:* users:(("sshd",pid=40,fd=3))
S t LISTEN 0      5      127.0.0.1:18789 0.0.0.0:* users:(("perl",pid=1444,fd=3))
S t LISTEN 0      128         [::]:22       [::]:* users:(("sshd",pid=40,fd=4))
S u UNCONN 0      0      0.0.0.0:51820 0.0.0.0:* users:(("clawdbot-gatewa",pid=1469,fd=4))
P 1 root systemd|9:name=systemd:/docker/${self}/init.scope
P 1444 openclaw perl|9:name=systemd:/docker/${self}/user.slice/user-1001.slice/user@1001.service/app.slice/openclaw-gateway.service
P 1469 anna clawdbot-gatewa|9:name=systemd:/docker/${self}
P 40 root sshd|9:name=systemd:/docker/${self}/system.slice/ssh.service
end
`;
  expect(brief(text)).toEqual([
    'tcp 0.0.0.0 8080 clawdbot-gatewa anna -',
    'tcp 0.0.0.0 22 sshd root ssh.service',
    'tcp 127.0.0.1 18789 perl openclaw openclaw-gateway.service (user)',
    'tcp :: 22 sshd root ssh.service',
    'udp 0.0.0.0 51820 clawdbot-gatewa anna -',
  ]);
});

test('Ubuntu 24.04: systemd holds the socket of sshd, resolved names its interface', () => {
  const text = `S u UNCONN 0      0                              127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=500,fd=14))
S u UNCONN 0      0         [fe80::5054:ff:fe12:3456]%ens3:546           [::]:*    users:(("systemd-network",pid=480,fd=20))
S t LISTEN 0      4096                                       *:22               *:*    users:(("sshd",pid=900,fd=3),("systemd",pid=1,fd=100))
P 1 root systemd|0::/init.scope
P 480 systemd-network systemd-network|0::/system.slice/systemd-networkd.service
P 500 systemd-resolve systemd-resolve|0::/system.slice/systemd-resolved.service
P 900 root sshd|0::/system.slice/ssh.service
end`;
  expect(brief(text)).toEqual([
    'udp 127.0.0.53 53 systemd-resolve systemd-resolve systemd-resolved.service',
    'udp fe80::5054:ff:fe12:3456 546 systemd-network systemd-network systemd-networkd.service',
    'tcp * 22 sshd root ssh.service',
  ]);
});

test('without ss, by the tables of the kernel, as a minimal Debian answered', () => {
  const text = `K tcp 00000000:1F90 93541
K tcp 0100007F:4965 94941
K tcp6 00000000000000000000000000000000:9EB7 93540
K tcp6 00000000000000000000000001000000:4965 93542
K tcp6 0000000000000000FFFF00000100007F:0050 93543
K udp6 000080FE00000000FF005450563412FE:0222 93544
F 93540 130
F 93541 129
P 129 root perl|0::/system.slice/web.service
P 130 root perl|0::/system.slice/docker-${self}.scope
end`;
  expect(brief(text)).toEqual([
    'tcp 0.0.0.0 8080 perl root web.service',
    'tcp 127.0.0.1 18789 ? ? -',
    `tcp :: 40631 perl root docker-${self}.scope in 64617094060d`,
    'tcp ::1 18789 ? ? -',
    'tcp 127.0.0.1 80 ? ? -',
    'udp fe80::5054:ff:fe12:3456 546 ? ? -',
  ]);
});

test('who does not tell us its process is still there, and workers of one socket are one listener', () => {
  const text = `S t LISTEN 0 511 0.0.0.0:80 0.0.0.0:*
S t LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))
S t LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))
end`;
  expect(brief(text)).toEqual(['tcp 0.0.0.0 80 ? ? -', 'tcp 0.0.0.0 443 nginx ? -']);
});

test.each([
  ['0::/system.slice/nginx.service', { unit: 'nginx.service', isUserUnit: false, container: undefined }],
  [
    '0::/user.slice/user-1000.slice/session-4.scope',
    { unit: 'session-4.scope', isUserUnit: true, container: undefined },
  ],
  ['0::/init.scope', { unit: 'init.scope', isUserUnit: false, container: undefined }],
  ['0::/', { unit: undefined, isUserUnit: false, container: undefined }],
  ['', { unit: undefined, isUserUnit: false, container: undefined }],
  [`0::/docker/${self}`, { unit: undefined, isUserUnit: false, container: '64617094060d' }],
  [
    `0::/machine.slice/libpod-${self}.scope/container`,
    { unit: `libpod-${self}.scope`, isUserUnit: false, container: '64617094060d' },
  ],
])('control group %s', (line, expected) => {
  expect(parseControlGroup(line)).toEqual(expected);
});

test('what only the machine reaches', () => {
  expect(['127.0.0.1', '127.0.0.53', '::1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '*', '10.0.0.1', '::11'].some(isLoopback)).toBe(false);
});
