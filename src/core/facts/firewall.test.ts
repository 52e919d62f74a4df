import { expect, test } from 'vitest';
import { findOpenListeners, findSshPorts, isPublicAddress, parseFirewall } from './firewall.ts';
import { parseListeners } from './listeners.ts';

const idle = 'iptables -P INPUT ACCEPT\ninet_address=203.0.113.7\nend=yes\n';

test('ufw at work, as a Debian server answered', () => {
  const firewall = parseFirewall(`ufw=yes
ufw_active=yes
rule=allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in
rule=allow tcp 22 ::/0 any ::/0 in
iptables -P INPUT DROP
iptables -A INPUT -j ufw-before-logging-input
inet_address=172.17.0.3
end=yes
`);
  expect(firewall).toEqual({
    ufw: {
      isInstalled: true,
      isActive: true,
      rules: ['allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in', 'allow tcp 22 ::/0 any ::/0 in'],
    },
    other: undefined,
    hasPublicAddress: false,
    socketPorts: [],
  });
});

test.each([
  ['none', idle, undefined],
  ['firewalld', `other=firewalld\n${idle}`, 'firewalld'],
  [
    'an image of Oracle: everything else is rejected',
    'iptables -P INPUT ACCEPT\niptables -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\niptables -A INPUT -j REJECT --reject-with icmp-host-prohibited\nend=yes\n',
    'iptables',
  ],
  [
    'a rule of fail2ban for some is no firewall',
    'iptables -P INPUT ACCEPT\niptables -A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\niptables -A INPUT -s 192.0.2.1/32 -j DROP\nend=yes\n',
    undefined,
  ],
  ['nftables alone', 'nft type filter hook input priority filter; policy drop;\nend=yes\n', 'nftables'],
  [
    'nftables that lets everything in',
    'nft type filter hook input priority filter; policy accept;\nend=yes\n',
    undefined,
  ],
])('another firewall: %s', (_, text, other) => {
  expect(parseFirewall(text).other).toBe(other);
});

test('Ubuntu 24.04: ssh.socket says where sshd can be reached', () => {
  expect(
    parseFirewall(`ufw=yes\nsocket 0.0.0.0:2222 (Stream) [::]:2222 (Stream)\nsocket 127.0.0.1:99 (Stream)\n${idle}`)
      .socketPorts,
  ).toEqual([2222]);
  expect(parseFirewall(`socket [::]:22 (Stream)\n${idle}`).socketPorts).toEqual([22]);
});

test('ports of sshd are those that people reach it at', () => {
  const listeners = parseListeners(`S t LISTEN 0 128 0.0.0.0:2222 0.0.0.0:* users:(("sshd",pid=40,fd=3))
S t LISTEN 0 128 [::]:2222 [::]:* users:(("sshd",pid=40,fd=4))
S t LISTEN 0 128 127.0.0.1:6010 0.0.0.0:* users:(("sshd",pid=50,fd=9))
S t LISTEN 0 128 0.0.0.0:9000 0.0.0.0:* users:(("sshd",pid=51,fd=9))
S t LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=60,fd=9))
S u UNCONN 0 0 0.0.0.0:68 0.0.0.0:* users:(("dhclient",pid=70,fd=9))
S u UNCONN 0 0 0.0.0.0:51820 0.0.0.0:*
P 40 root sshd|0::/system.slice/ssh.service
P 50 anna sshd|0::/user.slice/user-1000.slice/session-3.scope
P 51 anna sshd|0::/user.slice/user-1000.slice/session-3.scope
P 60 root nginx|0::/system.slice/nginx.service
P 70 root dhclient|0::/system.slice/ifup@eth0.service
end`);
  const ports = findSshPorts(listeners, { socketPorts: [22, 2222] });
  expect(ports).toEqual([22, 2222]);
  expect(findOpenListeners(listeners, ports).map(({ protocol, port }) => `${protocol} ${String(port)}`)).toEqual([
    'tcp 9000',
    'tcp 80',
    'udp 51820',
  ]);
});

test.each([
  ['203.0.113.7', true],
  ['8.8.8.8', true],
  ['172.15.0.1', true],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['10.0.0.1', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['100.63.0.1', true],
  ['169.254.1.1', false],
  ['127.0.0.1', false],
  ['2a01:4f8::1', true],
  ['2001:db8::1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['not.an.ad.dress', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
