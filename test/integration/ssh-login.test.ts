import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../../src/core/host/command.ts';
import { exec } from '../../src/core/host/exec.ts';
import type { SshDeps, SshOptions } from '../../src/core/host/ssh/ssh-way.ts';
import { Secret } from '../../src/shared/secret.ts';
import type { SshTarget } from '../../src/shared/model/target.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { startSshAgent, type LabAgent } from '../lab/ssh-agent.ts';
import { countLogins, makeSshHome, type SshHome } from '../lab/ssh-home.ts';

const PASSWORD = `it's a "pässword" $(id)`;
const password = new Secret(PASSWORD);

describeWithLab('signing in to a server', () => {
  let server: LabServer;
  let home: SshHome;
  let agent: LabAgent;
  beforeAll(async () => {
    server = await startServer({
      users: [
        { name: 'anna', password: PASSWORD },
        { name: 'keyless', password: PASSWORD, authorizeKey: false },
      ],
      sshd: [
        'LogLevel DEBUG2',
        'Match User keyless',
        '  PubkeyAuthentication no',
        'Match LocalPort 22 User prompted',
        '  PasswordAuthentication no',
        '  KbdInteractiveAuthentication yes',
        'Match User both',
        '  AuthenticationMethods publickey,password',
      ],
    });
    await server.sh(
      `for u in prompted both; do useradd -m -s /bin/bash $u; usermod -p "$(getent shadow anna | cut -d: -f2)" $u
       install -d -m 700 -o $u /home/$u/.ssh; done
       install -m 600 -o both /home/anna/.ssh/authorized_keys /home/both/.ssh/authorized_keys
       systemctl reset-failed ssh; systemctl restart ssh`,
    );
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    home = await makeSshHome();
    agent = await startSshAgent();
    await home.write(
      'known_hosts',
      ...server.hostKeys.map(({ type, key }) => `[127.0.0.1]:${String(server.sshPort)} ${type} ${key}`),
    );
  });
  afterEach(async () => {
    await home[Symbol.asyncDispose]();
    await agent[Symbol.asyncDispose]();
  });

  const open = (user: string, target: Partial<SshTarget> = {}, options: SshOptions = {}, deps: Partial<SshDeps> = {}) =>
    home.open({ host: server.host, port: server.sshPort, user, ...target }, options, deps);

  async function comesIn(...way: Parameters<typeof open>): Promise<void> {
    const host = await open(...way);
    expect((await exec(host, query(['id', '-un']))).stdout).toBe(`${way[0]}\n`);
  }

  /** A key pair of this test; `anna` lets it in. */
  async function makeKey(name: string, ...args: string[]): Promise<string> {
    const file = `${home.path}/.ssh/${name}`;
    execFileSync('ssh-keygen', ['-q', '-C', name, '-f', file, ...args], { stdio: 'ignore' });
    await server.sh('cat >>/home/anna/.ssh/authorized_keys', { stdin: await home.read(`${name}.pub`) });
    return file;
  }

  it.each([
    ['OpenSSH', ['-t', 'ed25519']],
    ['PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['PKCS#8', ['-t', 'ecdsa', '-m', 'PKCS8']],
  ])('with a key file that has a passphrase (%s)', { timeout: 60_000 }, async (_format, args) => {
    const identityFile = await makeKey('locked', ...args, '-N', 'correct horse');
    await comesIn('anna', { identityFile }, { keyPassphrase: new Secret('correct horse') });
    const before = await countLogins(server);
    await expect(open('anna', { identityFile })).rejects.toMatchObject({
      code: 'host.identity-unusable',
      details: { wants: 'keyPassphrase' },
    });
    await expect(open('anna', { identityFile }, { keyPassphrase: new Secret('wrong') })).rejects.toMatchObject({
      code: 'host.identity-unusable',
    });
    expect(await countLogins(server)).toBe(before);
  });

  it('with a usual name, nothing else said', async () => {
    await makeKey('id_ed25519', '-t', 'ed25519', '-N', '');
    await comesIn('anna');
  });

  it.each(['ed25519', 'rsa', 'ecdsa'])('with an agent that holds a key (%s)', async (type) => {
    const file = await makeKey('elsewhere', '-t', type, '-N', '');
    agent.add(file);
    await comesIn('anna', {}, {}, { sshAgent: agent.socket });
  });

  it(
    'with the one key among many of an agent that was named, or with the password after not too many',
    { timeout: 60_000 },
    async () => {
      for (let index = 0; index < 9; index += 1) {
        const file = `${home.path}/.ssh/other${String(index)}`;
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file], { stdio: 'ignore' });
        agent.add(file);
      }
      const named = await makeKey('named', '-t', 'ed25519', '-N', '');
      agent.add(named);
      const withAgent = { sshAgent: agent.socket };
      await comesIn('anna', { identityFile: `${named}.pub` }, {}, withAgent);
      await comesIn('anna', {}, { password }, withAgent);
      const error = await open('anna', {}, {}, withAgent).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'host.auth-failed',
        details: { user: 'anna', keysNotOffered: 4, accepted: ['publickey', 'password'] },
      });
    },
  );

  it('with a password', async () => {
    await comesIn('anna', {}, { password });
    await comesIn('keyless', {}, { password });
  });

  it('with a password that is asked for as a question', async () => {
    await comesIn('prompted', {}, { password });
    await expect(open('prompted', {}, { password: new Secret('wrong') })).rejects.toMatchObject({
      code: 'host.auth-failed',
    });
  });

  it('with a key and a password, both', async () => {
    await comesIn('both', { identityFile: server.identityFile }, { password });
    agent.add(server.identityFile);
    await comesIn('both', {}, { password }, { sshAgent: agent.socket });
    await expect(open('both', { identityFile: server.identityFile })).rejects.toMatchObject({
      code: 'host.auth-failed',
    });
  });

  it('with a wrong password, or nothing, says what would be accepted', async () => {
    const wrong = await open('anna', {}, { password: new Secret('wr0ng-s3cret') }).catch((thrown: unknown) => thrown);
    expect(wrong).toMatchObject({
      code: 'host.auth-failed',
      message: `127.0.0.1:${String(server.sshPort)} did not accept the login of anna.`,
      details: { user: 'anna', tried: ['password'], accepted: ['publickey', 'password'] },
    });
    expect(JSON.stringify(wrong)).not.toContain('wr0ng');
    await expect(open('anna')).rejects.toMatchObject({ code: 'host.auth-failed', details: { tried: [] } });
    await expect(open('nobody-of-this-name', {}, { password })).rejects.toMatchObject({ code: 'host.auth-failed' });
    await expect(open('root', {}, { password })).rejects.toMatchObject({ code: 'host.auth-failed' });
  });

  it('with an agent that is not there goes on, and says so when nothing else helps', async () => {
    const sshAgent = `${home.path}/none.sock`;
    await expect(open('anna', {}, {}, { sshAgent })).rejects.toMatchObject({ code: 'host.agent-unavailable' });
    await comesIn('anna', { identityFile: server.identityFile }, {}, { sshAgent });
  });

  it('through an alias of the configuration, with everything that it includes', async () => {
    await home.write(
      'conf-lab',
      'Host shop',
      '  HostName 127.0.0.1',
      `  Port ${String(server.sshPort)}`,
      '  User anna',
      `  IdentityFile "${server.identityFile}"`,
      '  HostKeyAlias the-shop',
    );
    await home.write('config', 'Include conf-*', 'Host *', '  User nobody');
    await home.write(
      'known_hosts',
      `the-shop ssh-ed25519 ${server.hostKeys.find(({ type }) => type === 'ssh-ed25519')?.key ?? ''}`,
    );
    const host = await home.open({ host: 'shop' });
    expect(host.name).toBe(`ssh://anna@shop:${String(server.sshPort)}`);
    expect((await exec(host, query(['id', '-un']))).stdout).toBe('anna\n');
  });

  it('can be given up', async () => {
    const stop = new AbortController();
    const opening = open('anna', { identityFile: server.identityFile }, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    const later = new AbortController();
    const waiting = open('anna', {}, { password: new Secret('wrong'), signal: later.signal });
    setTimeout(() => later.abort(new Error('enough')), 300);
    await expect(waiting).rejects.toThrow('enough');
  });
});
