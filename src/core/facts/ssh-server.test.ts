import { describe, expect, it } from 'vitest';
import { expandKeysFile, parseSshServer } from './ssh-server.ts';

describe('an SSH server', () => {
  it('is what sshd says of it, and what lies in its folder', () => {
    const text = `home=/home/anna
uid=1000
authorizedkeysfile=.ssh/authorized_keys .ssh/authorized_keys2
passwordauthentication=no
kbdinteractiveauthentication=yes
include=first
drop_in=yes
trial=yes
timers=yes
end=yes`;
    expect(parseSshServer(text, 'anna')).toEqual({
      home: '/home/anna',
      keysFile: '/home/anna/.ssh/authorized_keys',
      keysPattern: '.ssh/authorized_keys',
      takesPasswords: true,
      include: 'first',
      hasDropIn: true,
      isOnTrial: true,
      hasTimers: true,
    });
  });

  it('that says nothing has its keys where they usually are', () => {
    expect(parseSshServer('home=/root\nuid=0\nend=yes', 'root')).toMatchObject({
      keysFile: '/root/.ssh/authorized_keys',
      takesPasswords: undefined,
      include: 'none',
      hasTimers: false,
    });
  });

  it.each([
    ['/etc/ssh/keys/%u', '/etc/ssh/keys/anna'],
    ['%h/keys', '/home/anna/keys'],
    ['/keys/%U/100%%', '/keys/1000/100%'],
    ['none', undefined],
  ])('reads keys from %s', (pattern, path) => {
    expect(expandKeysFile(pattern, { user: 'anna', home: '/home/anna', uid: '1000' })).toBe(path);
  });
});
