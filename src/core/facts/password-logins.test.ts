import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD_LOGINS, parseAccounts } from './password-logins.ts';

describe.skipIf(process.platform === 'win32')('who could still sign in with a password', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'hardshell-sshd-'));
    mkdirSync(join(dir, 'bin'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const program = (name: string, body: string): void => {
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(dir, 'bin', name), 0o755);
  };
  /** @param yes accounts for which the configuration says so, behind what we put before it */
  const ask = (yes: string, rootLogin = 'yes'): readonly string[] => {
    program(
      'sshd',
      `config=$(cat)
case $config in 'PasswordAuthentication no'*'Include /etc/ssh/sshd_config') ;; *) exit 1 ;; esac
case $* in *'-f /dev/stdin'*) ;; *) exit 1 ;; esac
for u in ${yes}; do case $* in *"user=$u,host=198.51.100.1,"*) echo 'passwordauthentication yes' ;; esac; done
echo 'kbdinteractiveauthentication no'
echo 'permitrootlogin ${rootLogin}'`,
    );
    program(
      'getent',
      `case $2 in
  service) echo "$2:x:9:9::/:/usr/sbin/nologin" ;;
  *) echo "$2:x:1000:1000::/home/$2:/bin/bash" ;;
esac`,
    );
    const shadow = join(dir, 'shadow');
    const hash = '$y$j9T$abc';
    const lines = ['root', 'anna', 'bob', 'service'].map((name) => `${name}:${hash}:1::::::`);
    writeFileSync(shadow, [...lines, 'locked:!:1::::::', 'none:*:1::::::', ''].join('\n'));
    const env = { ...process.env, PATH: `${join(dir, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
    const words = ['198.51.100.1', '203.0.113.7', '22', shadow];
    const { stdout } = spawnSync('sh', ['-c', PASSWORD_LOGINS, 'sh', ...words], { env, encoding: 'utf8' });
    expect(stdout).toMatch(/^end=yes$/m);
    return parseAccounts(stdout);
  };

  it('is asked for each account that has one and a shell', () => {
    expect(ask('bob service locked none')).toEqual(['bob']);
    expect(ask('')).toEqual([]);
  });

  it('is root only where root may sign in so', () => {
    expect(ask('root anna')).toEqual(['root', 'anna']);
    expect(ask('root anna', 'prohibit-password')).toEqual(['anna']);
  });
});
