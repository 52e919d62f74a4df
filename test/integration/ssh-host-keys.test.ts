import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { query } from '../../src/core/host/command.ts';
import { exec } from '../../src/core/host/exec.ts';
import type { AppError } from '../../src/shared/app-error.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startServer, type HostKey, type LabServer } from '../lab/server.ts';
import { countLogins, makeSshHome, type SshHome } from '../lab/ssh-home.ts';

const OTHER = {
  'ssh-ed25519': 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
} as const;

describeWithLab('the host key of a server', () => {
  let server: LabServer;
  let home: SshHome;
  let name: string;
  beforeAll(async () => {
    server = await startServer({ sshd: ['LogLevel DEBUG2', 'RekeyLimit 1M'] });
    // A reload closes the port for a moment; a restart is over when it returns.
    await server.sh('systemctl reset-failed ssh; systemctl restart ssh');
    name = `[127.0.0.1]:${String(server.sshPort)}`;
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    home = await makeSshHome();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const keyOf = (type: string): HostKey => {
    const key = server.hostKeys.find((one) => one.type === type);
    if (key === undefined) throw new Error(`The server has no ${type} key.`);
    return key;
  };
  const ed = (): HostKey => keyOf('ssh-ed25519');
  const target = () => ({ host: server.host, port: server.sshPort, user: 'root', identityFile: server.identityFile });

  async function signIn(trustHostKeys: readonly string[] = []): Promise<void> {
    const host = await home.open(target(), { trustHostKeys });
    expect((await exec(host, query(['id', '-un']))).stdout).toBe('root\n');
  }

  /** Refused, and before anything was said about who wants to come in. */
  async function refused(code: AppError['code'], trustHostKeys: readonly string[] = []): Promise<AppError> {
    const before = await countLogins(server);
    const error = await home.open(target(), { trustHostKeys }).then(
      () => expect.unreachable('It was let through.'),
      (thrown: unknown) => thrown as AppError,
    );
    expect(error).toMatchObject({ code, errorClass: 'refused' });
    expect(await countLogins(server)).toBe(before);
    return error;
  }

  it('is counted as a login when it is one (so that the other tests mean something)', async () => {
    await home.write('known_hosts', `${name} ssh-ed25519 ${ed().key}`);
    const before = await countLogins(server);
    await signIn();
    expect(await countLogins(server)).toBeGreaterThan(before);
  });

  it('unknown is refused, with what to compare', async () => {
    const error = await refused('host.key-unknown');
    expect(error.details).toMatchObject({ host: name, type: 'ssh-ed25519', fingerprint: ed().sha256 });
    expect(error.message).toContain(ed().sha256);
    expect(await home.trust.list()).toEqual([]);
  });

  it('unknown and named by the person is trusted from then on, that one alone', async () => {
    await refused('host.key-unknown', ['SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']);
    await signIn([ed().sha256]);
    expect(await home.trust.list()).toMatchObject([
      { host: name, type: 'ssh-ed25519', blob: ed().key, fingerprint: ed().sha256 },
    ]);
    await signIn();
    expect(await home.trust.remove(`127.0.0.1:${String(server.sshPort)}`)).toBe(1);
    await refused('host.key-unknown');
  });

  it('may be any of those that the server has', async () => {
    for (const type of ['ssh-rsa', 'ecdsa-sha2-nistp256']) {
      await signIn([keyOf(type).sha256]);
      expect(await home.trust.list()).toMatchObject([{ type, blob: keyOf(type).key }]);
      await signIn();
      await home.trust.remove(name);
    }
  });

  it.each(['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256'])(
    'is asked for in the type that is known: %s',
    async (type) => {
      await home.write('known_hosts', `${name} ${type} ${keyOf(type).key}`);
      await signIn();
    },
  );

  it('is found under hashed names, wildcards, and in the second file', async () => {
    const file = await home.write('known_hosts', `${name} ssh-ed25519 ${ed().key}`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
    expect(await home.read('known_hosts')).toMatch(/^\|1\|/);
    await signIn();
    await home.write('known_hosts', `[127.0.0.*]:* ssh-ed25519 ${ed().key}`);
    await signIn();
    await home.write('known_hosts', `[127.0.0.*]:*,!${name} ssh-ed25519 ${ed().key}`);
    await refused('host.key-unknown');
    await home.write('known_hosts2', `127.0.0.1 ssh-ed25519 ${ed().key}`);
    await signIn();
  });

  it('changed is refused, whatever the person names', async () => {
    const file = await home.write('known_hosts', '# my servers', `${name} ssh-ed25519 ${OTHER['ssh-ed25519']}`);
    const error = await refused('host.key-changed', [ed().sha256]);
    expect(error.details).toMatchObject({
      host: name,
      fingerprint: ed().sha256,
      known: [{ type: 'ssh-ed25519', where: `${file}:2` }],
    });
    expect(await home.trust.list()).toEqual([]);
  });

  it('changed since it was trusted is refused as well', async () => {
    await home.trust.add(name, { type: 'ssh-ed25519', blob: OTHER['ssh-ed25519'] });
    const error = await refused('host.key-changed', [ed().sha256]);
    expect(error.details).toMatchObject({ known: [{ where: home.trust.path }] });
  });

  it('of another type than the one known is unknown, not changed', async () => {
    // The server has no such key, so it presents one that it has.
    await home.write(
      'known_hosts',
      `${name} ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBA==`,
    );
    const error = await refused('host.key-unknown');
    expect(error.details).toMatchObject({ known: [{ type: 'ecdsa-sha2-nistp384' }] });
  });

  it('revoked is refused, whatever is known and named', async () => {
    await home.write('known_hosts', `${name} ssh-ed25519 ${ed().key}`, `@revoked * ssh-ed25519 ${ed().key}`);
    await home.trust.add(name, { type: 'ssh-ed25519', blob: ed().key });
    const error = await refused('host.key-revoked', [ed().sha256]);
    expect(error.details).toMatchObject({ fingerprint: ed().sha256 });
  });

  it('that a certificate authority vouches for is unknown, and says why', async () => {
    const file = await home.write('known_hosts', `@cert-authority * ssh-ed25519 ${OTHER['ssh-ed25519']}`);
    const error = await refused('host.key-unknown');
    expect(error.message).toContain(`${file}:1 names a certificate authority`);
    await signIn([ed().sha256]);
  });

  it('is not looked for in a trust file that is broken', async () => {
    await signIn([ed().sha256]);
    await writeFile(home.trust.path, '{"v":1');
    await expect(home.open(target())).rejects.toMatchObject({ code: 'state.corrupt' });
    await refused('host.key-unknown');
  });

  it('stays the same when the keys of the session are renewed', async () => {
    await home.write('known_hosts', `${name} ssh-ed25519 ${ed().key}`);
    const host = await home.open(target());
    const process = await host.spawn(query(['head', '-c', '8000000', '/dev/zero']));
    process.stderr.resume();
    let sizeBytes = 0;
    for await (const chunk of process.stdout) sizeBytes += (chunk as Buffer).length;
    expect(sizeBytes).toBe(8_000_000);
    expect(await process.exit).toEqual({ code: 0, signal: null });
  });
});
