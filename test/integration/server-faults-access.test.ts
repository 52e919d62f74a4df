import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { freePort } from '../lab/free-port.ts';
import { openPerson, type KnownHost, type Person } from '../lab/person.ts';
import { expectFailure, expectUntouched, type ExpectedEnd } from '../lab/refusals.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { markNow } from '../lab/server-changes.ts';
import { generateKeyPair } from '../lab/key-pair.ts';

interface Fault extends ExpectedEnd {
  readonly fault: string;
  /** Who logs in. Default root, with the key. */
  readonly user?: string;
  readonly withoutKey?: boolean;
  readonly secrets?: Readonly<Record<string, string>>;
  /** What known_hosts says of the server. Default: the truth. */
  readonly known?: (server: LabServer) => readonly KnownHost[];
  readonly port?: () => Promise<number>;
}

const key = (server: LabServer): string => server.hostKeys.find(({ type }) => type === 'ssh-ed25519')?.key ?? '';
const fingerprint = (server: LabServer): string =>
  server.hostKeys.find(({ type }) => type === 'ssh-ed25519')?.sha256 ?? '';

function anotherKey(): string {
  return generateKeyPair().public.split(' ')[1] ?? '';
}

const faults: readonly Fault[] = [
  {
    fault: 'a wrong password',
    user: 'typist',
    withoutKey: true,
    secrets: { sshPassword: 'not that' },
    code: 'host.auth-failed',
    exit: 1,
    message: /login/,
    hint: /password/,
  },
  {
    fault: 'a key that the server does not accept',
    user: 'typist',
    code: 'host.auth-failed',
    exit: 1,
    message: /login/,
    hint: /key/,
  },
  {
    fault: 'an unknown host key',
    known: () => [],
    code: 'host.key-unknown',
    exit: 3,
    message: /not known/,
    hint: /--trust-host-key/,
  },
  {
    fault: 'a changed host key',
    known: (server) => [{ port: server.sshPort, keys: [{ type: 'ssh-ed25519', key: anotherKey() }] }],
    code: 'host.key-changed',
    exit: 3,
    message: /CHANGED/,
    hint: /reinstalled/,
  },
  {
    fault: 'a revoked host key',
    known: (server) => [
      { port: server.sshPort, keys: server.hostKeys },
      { port: server.sshPort, marker: '@revoked', keys: [{ type: 'ssh-ed25519', key: key(server) }] },
    ],
    code: 'host.key-revoked',
    exit: 3,
    message: /revoked/,
    hint: /Do not connect/,
  },
  {
    fault: 'a server that is down',
    port: freePort,
    code: 'host.unreachable',
    exit: 1,
    message: /127\.0\.0\.1|did not answer/,
    hint: /address and port/,
  },
  {
    fault: 'a login without sudo',
    user: 'guest',
    code: 'host.sudo-missing',
    exit: 3,
    message: /root/,
    hint: /sudo rights/,
  },
  {
    fault: 'a login whose sudo wants a password that was not given',
    user: 'admin',
    code: 'host.sudo-missing',
    exit: 3,
    message: /root/,
    hint: /sudoPassword/,
  },
  {
    fault: 'a wrong sudo password',
    user: 'admin',
    secrets: { sudoPassword: 'not that' },
    code: 'host.sudo-password',
    exit: 3,
    message: /sudo password/,
    hint: /sudoPassword/,
  },
];

describeWithLab('a server that cannot be entered', () => {
  let server: LabServer;
  let person: Person;

  beforeAll(async () => {
    server = await startServer({
      users: [
        { name: 'typist', password: 'the right one', authorizeKey: false, sudo: 'nopasswd' },
        { name: 'guest' },
        { name: 'admin', sudo: 'password', password: "it's admin" },
      ],
      sshd: ['PasswordAuthentication yes'],
    });
    person = await openPerson();
  });
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it.each(faults)('is refused, named and left alone: $fault', async ({ user = 'root', secrets, known, ...fault }) => {
    await person.know(known?.(server) ?? [{ port: server.sshPort, keys: server.hostKeys }]);
    const mark = await markNow(server);
    const port = (await fault.port?.()) ?? server.sshPort;
    const args = ['deploy', 'research', '--to', `ssh://${user}@127.0.0.1:${port}`, '--yes', '--json'];
    if (fault.withoutKey !== true) args.push('--identity', server.identityFile);
    if (secrets !== undefined) args.push('--secrets-stdin');

    const ended = await person.run(args, secrets === undefined ? '' : JSON.stringify(secrets));

    expectFailure(ended, fault);
    await expectUntouched(server, mark);
    const list = await person.run(['list', '--json']);
    expect(list.result).toMatchObject({ ok: true, instances: [] });
    for (const secret of Object.values(secrets ?? {})) expect(ended.stdout + ended.stderr).not.toContain(secret);
  });

  it('names the fingerprint of an unknown key, and trusts exactly that one', async () => {
    await person.know([]);
    const args = ['deploy', 'research', '--to', `ssh://guest@127.0.0.1:${server.sshPort}`, '--yes'];
    args.push('--identity', server.identityFile);
    const refused = await person.run(args);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(fingerprint(server));

    const wrong = await person.run([...args, '--json', '--trust-host-key', `SHA256:${'A'.repeat(43)}`]);
    expect(wrong.error?.code).toBe('host.key-unknown');
    const right = await person.run([...args, '--json', '--trust-host-key', fingerprint(server)]);
    // It went on to what this login may not do.
    expect(right.error?.code).toBe('host.sudo-missing');
  });
});
