import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SshTarget } from '../../../shared/model/target.ts';
import { parseHop } from './ssh-config.ts';
import { readSshConfig } from './ssh-config-file.ts';
import { planRoute, type RouteHop } from './ssh-route.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hardshell-home-'));
  mkdirSync(join(home, '.ssh', 'conf.d'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (name: string, ...lines: string[]): void =>
  writeFileSync(join(home, '.ssh', name), `${lines.join('\n')}\n`);
const target = (host: string, more: Partial<SshTarget> = {}): SshTarget => ({ kind: 'ssh', host, jumps: [], ...more });

async function route(to: SshTarget, homeDir = home): Promise<RouteHop[]> {
  const config = await readSshConfig(join(home, '.ssh', 'config'), home);
  return planRoute(to, { config, homeDir, localUser: 'tester' });
}

describe('an SSH configuration', () => {
  it('that is not there changes nothing', async () => {
    expect(await route(target('one.example'))).toEqual([
      {
        alias: 'one.example',
        host: 'one.example',
        port: 22,
        user: 'tester',
        hostKeyAlias: undefined,
        identityFiles: undefined,
        identitiesOnly: false,
        agent: undefined,
        knownHostsFiles: undefined,
      },
    ]);
  });

  it('fills in what is not given explicitly, the first value of each setting', async () => {
    write(
      'config',
      'Port 2200',
      'Host web',
      '  HostName %h.example',
      '  User anna',
      '  Port 2201',
      '  IdentityFile ~/.ssh/a',
      'Host *',
      '  User bert',
      '  IdentityFile %d/b-%r@%h:%p',
    );
    expect(await route(target('web'))).toMatchObject([
      {
        alias: 'web',
        host: 'web.example',
        port: 2200,
        user: 'anna',
        identityFiles: [join(home, '.ssh/a'), `${home}/b-anna@web.example:2200`],
      },
    ]);
    expect(await route(target('web', { user: 'carl', port: 22 }))).toMatchObject([{ port: 22, user: 'carl' }]);
  });

  it('includes others, with patterns, inside blocks, however deep', async () => {
    write(
      'config',
      'Include conf.d/*.conf',
      'Host inner',
      '  Include conf.d/only-inner',
      '  Port 5',
      'Host *',
      '  User last',
    );
    write('conf.d/20.conf', 'Host web', '  User second');
    write('conf.d/10.conf', 'Host web', '  User first', '  Include ~/.ssh/conf.d/deep');
    write('conf.d/deep', 'Port 7');
    write('conf.d/.hidden.conf', 'Port 1');
    write('conf.d/only-inner', 'User inside', 'Host other', '  User elsewhere');
    expect(await route(target('web'))).toMatchObject([{ user: 'first', port: 7 }]);
    expect(await route(target('inner'))).toMatchObject([{ user: 'inside', port: 5 }]);
    // What a block includes counts under that block alone.
    expect(await route(target('other'))).toMatchObject([{ user: 'last', port: 22 }]);
  });

  it('that includes itself is refused, not followed for ever', async () => {
    write('config', 'Include config');
    await expect(route(target('web'))).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  it('leads through jump hosts, each with its own settings, and the first with its own way', async () => {
    write(
      'config',
      'Host inner',
      '  ProxyJump anna@middle:2222,last',
      'Host middle',
      '  HostName middle.example',
      '  ProxyJump ssh://outer.example:24',
      'Host last',
      '  User bert',
      '  ProxyJump never',
    );
    expect((await route(target('inner'))).map(({ user, host, port }) => `${user}@${host}:${String(port)}`)).toEqual([
      'tester@outer.example:24',
      'anna@middle.example:2222',
      'bert@last:22',
      'tester@inner:22',
    ]);
    const explicit = await route(target('inner', { jumps: [{ host: 'middle' }] }));
    expect(explicit.map(({ host }) => host)).toEqual(['middle.example', 'inner']);
  });

  it('whose jumps lead in a circle is refused', async () => {
    write('config', 'Host a', '  ProxyJump b', 'Host b', '  ProxyJump a');
    await expect(route(target('a'))).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  it('with a ProxyCommand is refused rather than passed by, unless a ProxyJump stands before it', async () => {
    write(
      'config',
      'Host a',
      '  ProxyCommand nc %h %p',
      'Host b',
      '  ProxyJump c',
      '  ProxyCommand nc %h %p',
      'Host d',
      '  ProxyCommand none',
      '  ProxyJump c',
      'Host e',
      '  ProxyJump none',
    );
    await expect(route(target('a'))).rejects.toMatchObject({ code: 'usage.invalid' });
    expect((await route(target('b'))).map(({ host }) => host)).toEqual(['c', 'b']);
    expect((await route(target('d'))).map(({ host }) => host)).toEqual(['d']);
    expect((await route(target('e'))).map(({ host }) => host)).toEqual(['e']);
    // The person's own way needs none of it.
    expect((await route(target('a', { jumps: [{ host: 'x' }] }))).map(({ host }) => host)).toEqual(['x', 'a']);
  });

  it('never runs anything', async () => {
    const ran = join(home, 'ran');
    write(
      'config',
      `Match exec "touch ${ran}"`,
      '  User evil',
      'CanonicalizeHostname yes',
      'CanonicalDomains example',
      'Match !exec "false"',
      '  User evil2',
    );
    expect(await route(target('web'))).toMatchObject([{ user: 'tester' }]);
    expect(spawnSync('ls', [ran]).status).not.toBe(0);
  });

  it.each([['Host "a', 'b'], ['Port none']])('with %s says that it cannot be read', async (...lines) => {
    write('config', ...lines, 'Port x');
    await expect(route(target('web'))).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  it.each([
    ['host', { host: 'host' }],
    ['anna@host', { host: 'host', user: 'anna' }],
    ['anna@host:23', { host: 'host', user: 'anna', port: 23 }],
    ['[2001:db8::1]:23', { host: '2001:db8::1', port: 23 }],
    ['ssh://anna@[::1]:23', { host: '::1', user: 'anna', port: 23 }],
    ['ssh://host/', { host: 'host' }],
    ['', undefined],
    ['host:99999', undefined],
    ['a b', undefined],
  ])('the hop %s is %o', (text, hop) => {
    expect(parseHop(text)).toEqual(hop);
  });
});

describe.skipIf(spawnSync('ssh', ['-V']).error !== undefined)('as ssh itself reads it:', () => {
  it.each(['web', 'web.example', 'db1', 'db12', 'db-secret', 'Upper', 'upper', '10.0.0.7', 'jump', 'plain'])(
    '%s',
    async (host) => {
      write('conf.d/more', 'Host web*', '  IdentityFile /keys/%h-%n-%r-%p', '  IdentitiesOnly yes', 'User=equals');
      write(
        'config',
        '# comment',
        'Host web !web.example',
        '\tHostName real-%h.example   # behind',
        '  port 2222',
        'Host db? !db-secret Upper',
        '  User "db user"',
        '  HostKeyAlias the-db',
        'Match host real-*.example user tester',
        '  HostKeyAlias matched',
        'Match originalhost db12,plain',
        '  Port 77',
        '  UserKnownHostsFile /known/one "/known/two words"',
        'Match localuser nobody-at-all',
        '  Port 1',
        'Match !host plain,web*,real-*',
        '  User not-plain',
        'Host 10.0.0.*',
        '  IdentityFile ~/.ssh/ten',
        '  IdentityFile "/keys/with blank"',
        `Include ${home}/.ssh/conf.d/more`,
        'Host jump',
        '  ProxyJump one@a.example:24,b',
        'Host *',
        '  IdentityAgent none',
      );
      const printed = spawnSync('ssh', ['-T', '-G', '-F', join(home, '.ssh', 'config'), '-o', `User=tester`, host], {
        encoding: 'utf8',
      });
      expect(printed.stderr).toBe('');
      const settings = new Map<string, string[]>();
      for (const line of printed.stdout.trim().split('\n')) {
        const [keyword = '', ...rest] = line.split(' ');
        settings.set(keyword, [...(settings.get(keyword) ?? []), rest.join(' ')]);
      }
      // `~` and `%d` are the home of the account for ssh, whatever HOME says.
      const hops = await route(target(host, { user: 'tester' }), userInfo().homedir);
      const ours = hops.at(-1);
      expect(ours?.host.toLowerCase()).toBe(settings.get('hostname')?.[0]);
      expect(String(ours?.port)).toBe(settings.get('port')?.[0]);
      expect(ours?.hostKeyAlias).toBe(settings.get('hostkeyalias')?.[0]);
      expect(ours?.identitiesOnly ? 'yes' : 'no').toBe(settings.get('identitiesonly')?.[0]);
      expect(ours?.agent).toBe(settings.get('identityagent')?.[0]);
      if (ours?.identityFiles !== undefined) {
        const tokens = (path: string): string =>
          path
            .replace('~', homedir())
            .replaceAll('%h', ours.host)
            .replaceAll('%n', host)
            .replaceAll('%r', 'tester')
            .replaceAll('%p', String(ours.port));
        expect(ours.identityFiles).toEqual(settings.get('identityfile')?.map(tokens));
      }
      if (ours?.knownHostsFiles !== undefined)
        expect(ours.knownHostsFiles.join(' ')).toBe(settings.get('userknownhostsfile')?.[0]);
      expect(hops.slice(0, -1).map((hop) => hop.alias)).toEqual(host === 'jump' ? ['a.example', 'b'] : []);
      expect(settings.get('proxyjump')?.[0]).toBe(host === 'jump' ? 'one@a.example:24,b' : undefined);
    },
  );
});
