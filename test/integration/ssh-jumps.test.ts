import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../../src/core/host/command.ts';
import { exec } from '../../src/core/host/exec.ts';
import { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { countLogins, makeSshHome, type SshHome } from '../lab/ssh-home.ts';

const PASSWORD = 'for the target alone';

describeWithLab('the way over other servers', () => {
  let outer: LabServer;
  let inner: LabServer;
  let innerAddress: string;
  let home: SshHome;
  beforeAll(async () => {
    const sshd = ['LogLevel DEBUG2'];
    outer = await startServer({ users: [{ name: 'anna' }], sshd });
    inner = await startServer({ users: [{ name: 'anna' }, { name: 'last', password: PASSWORD }], sshd });
    innerAddress = await inner.address();
    const key = { stdin: `${outer.publicKey}\n` };
    for (const user of ['/root', '/home/anna', '/home/last']) await inner.sh(`cat >>${user}/.ssh/authorized_keys`, key);
    for (const server of [outer, inner]) await server.sh('systemctl reset-failed ssh; systemctl restart ssh');
  });
  afterAll(async () => {
    await outer[Symbol.asyncDispose]();
    await inner[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    home = await makeSshHome();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const keyOf = (server: LabServer): string => server.hostKeys.find(({ type }) => type === 'ssh-ed25519')?.key ?? '';
  /** The first jump as this machine reaches it, the second one as the first one does. */
  const jumps = () => [
    { host: outer.host, port: outer.sshPort, user: 'anna' },
    { host: innerAddress, user: 'anna' },
  ];
  const known = () => [
    `[127.0.0.1]:${String(outer.sshPort)} ssh-ed25519 ${keyOf(outer)}`,
    `${innerAddress} ssh-ed25519 ${keyOf(inner)}`,
  ];

  it('passes two of them, and works as any other', async () => {
    await home.write('known_hosts', ...known(), `127.0.0.1 ssh-ed25519 ${keyOf(inner)}`);
    const host = await home.open({ host: '127.0.0.1', user: 'root', jumps: jumps(), identityFile: outer.identityFile });
    expect(host.name).toBe('ssh://root@127.0.0.1');
    expect((await exec(host, query(['hostname']))).stdout).toBe(`${inner.name}\n`);
    const input = 'x'.repeat(2_000_000);
    expect((await exec(host, query(['cat']), { input })).stdout).toBe(input);
    const stream = await host.connect({ port: 22 });
    const [banner] = (await stream.take(1).toArray()) as Buffer[];
    expect(banner?.toString()).toMatch(/^SSH-2.0-OpenSSH/);
  });

  it('asks each one for its host key before it says anything', async () => {
    await home.write('known_hosts', known()[0] ?? '');
    const target = { host: '127.0.0.1', user: 'root', jumps: jumps(), identityFile: outer.identityFile };
    const before = await countLogins(inner);
    await expect(home.open(target)).rejects.toMatchObject({
      code: 'host.key-unknown',
      details: { host: innerAddress },
    });
    await home.write('known_hosts', known()[0] ?? '', `${innerAddress} ssh-ed25519 ${keyOf(outer)}`);
    await expect(home.open(target)).rejects.toMatchObject({
      code: 'host.key-changed',
      details: { host: innerAddress },
    });
    expect(await countLogins(inner)).toBe(before);
    await home.write('known_hosts', ...known());
    await expect(home.open(target)).rejects.toMatchObject({ code: 'host.key-unknown', details: { host: '127.0.0.1' } });
    const trustHostKeys = inner.hostKeys.map(({ sha256 }) => sha256);
    const host = await home.open(target, { trustHostKeys });
    expect((await exec(host, query(['hostname']))).stdout).toBe(`${inner.name}\n`);
    expect((await home.trust.list()).map((key) => key.host)).toEqual(['127.0.0.1']);
  });

  it('is found in the configuration', async () => {
    await home.write('known_hosts', ...known());
    await home.write(
      'config',
      'Include hops',
      'Host target',
      `  HostName ${innerAddress}`,
      '  ProxyJump door',
      'Host *',
      `  IdentityFile ${outer.identityFile}`,
      '  User anna',
    );
    await home.write('hops', 'Host door', '  HostName 127.0.0.1', `  Port ${String(outer.sshPort)}`);
    const host = await home.open({ host: 'target' });
    expect((await exec(host, query(['hostname']))).stdout).toBe(`${inner.name}\n`);
  });

  it('gives the password to the last one alone', async () => {
    await home.write('known_hosts', ...known());
    const options = { password: new Secret(PASSWORD) };
    const [first] = jumps();
    if (first === undefined) throw new Error('no jump');
    const host = await home.open(
      { host: innerAddress, user: 'last', jumps: [first], identityFile: outer.identityFile },
      options,
    );
    expect((await exec(host, query(['id', '-un']))).stdout).toBe('last\n');
    const error = await home
      .open({ host: innerAddress, user: 'last', jumps: [first] }, options)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'host.auth-failed',
      details: { user: 'anna', tried: [], accepted: ['publickey'] },
    });
    expect(await outer.sh(`journalctl --no-pager -o cat -u ssh | grep -c 'Failed password' || :`)).toBe('0\n');
  });

  it('says where it ends', async () => {
    await home.write('known_hosts', ...known());
    const [first] = jumps();
    if (first === undefined) throw new Error('no jump');
    const to = (host: string, port: number) =>
      home.open({ host, port, user: 'anna', jumps: [first], identityFile: outer.identityFile });
    await expect(to('127.0.0.1', 9)).rejects.toMatchObject({
      code: 'host.unreachable',
      message: '127.0.0.1 port 9 could not be reached from 127.0.0.1.',
    });
    await outer.sh(
      `printf 'AllowTcpForwarding no\\n' >/etc/ssh/sshd_config.d/01-closed.conf; systemctl reset-failed ssh; systemctl restart ssh`,
    );
    await expect(to(innerAddress, 22)).rejects.toMatchObject({ code: 'host.forwarding-denied' });
    await outer.sh('rm /etc/ssh/sshd_config.d/01-closed.conf; systemctl reset-failed ssh; systemctl restart ssh');
  });

  it('ends for all when the first one goes down', { timeout: 60_000 }, async () => {
    await home.write('known_hosts', ...known());
    const host = await home.open({
      host: innerAddress,
      user: 'anna',
      jumps: jumps().slice(0, 1),
      identityFile: outer.identityFile,
    });
    const running = exec(host, query(['sleep', '300']));
    const outcome = expect(running).rejects.toMatchObject({ code: 'host.connection-lost' });
    await outer.kill();
    await outcome;
    expect(host.closed.aborted).toBe(true);
  });
});
