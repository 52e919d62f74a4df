import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type Server, type Session } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../shared/secret.ts';
import { query } from '../command.ts';
import { exec } from '../exec.ts';
import type { Host } from '../host.ts';
import { openSshHost } from './ssh-host.ts';
import type { SshOptions } from './ssh-way.ts';
import { createTrustStore } from './trust-store.ts';
import { formatFingerprint } from './host-key.ts';
import { generateKeyPair } from '../../../../test/lab/key-pair.ts';

const PASSWORD = 's3cret word';
const hostKey = generateKeyPair();
const parsed = ssh2.utils.parseKey(hostKey.public);
if (parsed instanceof Error) throw parsed;
const fingerprint = formatFingerprint(Buffer.from(parsed.getPublicSSH()));

/** What no real server does in a test's time: servers that ask, refuse and fall silent in their own ways. */
describe('a server', () => {
  let home: string;
  let server: Server | undefined;
  const hosts: Host[] = [];
  const connections = new Set<Connection>();
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'hardshell-odd-'));
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host[Symbol.asyncDispose]();
    for (const connection of connections) connection.end();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
    await rm(home, { recursive: true, force: true });
  });

  async function serve(
    onAuth: (context: AuthContext) => void,
    onSession?: (session: Session) => void,
  ): Promise<number> {
    server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
      connections.add(client);
      client.on('error', () => undefined);
      client.on('close', () => connections.delete(client));
      client.on('authentication', onAuth);
      client.on('session', (accept) => onSession?.(accept()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function open(port: number, options: SshOptions = { password: new Secret(PASSWORD) }): Promise<Host> {
    const host = await openSshHost(
      { kind: 'ssh', host: '127.0.0.1', port, user: 'anna', jumps: [] },
      {
        homeDir: home,
        platform: process.platform,
        localUser: 'tester',
        trust: createTrustStore(join(home, 'trust.json'), Date.now),
        knownHostsFiles: [],
      },
      { trustHostKeys: [fingerprint], ...options },
    );
    hosts.push(host);
    return host;
  }

  const asks =
    (questions: readonly { prompt: string; echo: boolean }[][], onAnswers: (answers: string[][]) => boolean) =>
    (context: AuthContext): void => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive']);
        return;
      }
      const answers: string[][] = [];
      const next = (): void => {
        const round = questions[answers.length];
        if (round === undefined) {
          if (onAnswers(answers)) context.accept();
          else context.reject(['keyboard-interactive']);
          return;
        }
        context.prompt([...round], 'sign in', '', (given) => {
          answers.push([...given]);
          next();
        });
      };
      next();
    };

  it.each(['Password: ', "(anna@host) anna's password:", 'Passwort für anna:'])(
    'that asks “%s” is given the password',
    async (prompt) => {
      let given: string[][] = [];
      const port = await serve(asks([[{ prompt, echo: false }], []], (answers) => ((given = answers), true)));
      await open(port);
      expect(given[0]).toEqual([PASSWORD]);
    },
  );

  it.each([
    ['a code', [[{ prompt: 'Verification code: ', echo: false }]]],
    [
      'a password and then a code',
      [[{ prompt: 'Password: ', echo: false }], [{ prompt: 'Verification code: ', echo: false }]],
    ],
    [
      'both at once',
      [
        [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Verification code: ', echo: false },
        ],
      ],
    ],
  ])('that asks for %s is told nothing it did not ask for, and the person is told why', async (_what, questions) => {
    let given: string[][] = [];
    const port = await serve(asks(questions, (answers) => ((given = answers), false)));
    await expect(open(port)).rejects.toMatchObject({
      code: 'host.auth-failed',
      message: expect.stringContaining('“Verification code:”') as string,
    });
    expect(given.flat().filter((answer) => answer !== '' && answer !== PASSWORD)).toEqual([]);
    expect(given.at(-1)?.at(-1)).toBe('');
  });

  it('that asks for the password where everybody can see it does not get it', async () => {
    let given: string[][] = [];
    const port = await serve(asks([[{ prompt: 'Password: ', echo: true }]], (answers) => ((given = answers), false)));
    await expect(open(port)).rejects.toMatchObject({ code: 'host.auth-failed' });
    expect(given).toEqual([['']]);
  });

  it('that asks for the password again is not given the same one for ever', async () => {
    const round = [{ prompt: 'Password: ', echo: false }];
    let given: string[][] = [];
    const port = await serve(asks([round, round, round], (answers) => ((given = answers), false)));
    await expect(open(port)).rejects.toMatchObject({ code: 'host.auth-failed' });
    expect(given).toEqual([[PASSWORD], [''], ['']]);
  });

  it('that wants the password changed says so', async () => {
    const port = await serve((context) => {
      if (context.method === 'password') context.requestChange('Your password has expired.', () => undefined);
      else context.reject(['password']);
    });
    await expect(open(port)).rejects.toMatchObject({
      code: 'host.auth-failed',
      message: expect.stringContaining('expired') as string,
    });
  });

  it('that takes everybody needs neither key nor password', async () => {
    const port = await serve((context) => context.accept());
    await open(port, {});
  });

  it('that hangs up while it is being signed in to is unreachable', async () => {
    const port = await serve(() => {
      for (const connection of connections) connection.end();
    });
    await expect(open(port)).rejects.toMatchObject({
      code: expect.stringMatching(/^host\.(unreachable|auth-failed)$/) as string,
    });
  });

  it('that never answers a login is given up', async () => {
    const port = await serve(() => undefined);
    await expect(open(port, { readyTimeoutMs: 500 })).rejects.toMatchObject({ code: 'host.unreachable' });
  });

  it('that ends a command without saying how has lost it', async () => {
    const port = await serve(
      (context) => context.accept(),
      (session) =>
        session.on('exec', (accept) => {
          const channel = accept();
          channel.write('half an answer');
          channel.end();
          channel.close();
        }),
    );
    const host = await open(port, {});
    await expect(exec(host, query(['true']))).rejects.toMatchObject({ code: 'host.connection-lost' });
    expect(host.closed.aborted).toBe(false);
  });

  it('that says all in one breath is heard whole', async () => {
    const port = await serve(
      (context) => context.accept(),
      (session) =>
        session.on('exec', (accept) => {
          const channel = accept();
          channel.write('out');
          channel.stderr.write('err');
          channel.exit(5);
          channel.end();
        }),
    );
    const host = await open(port, {});
    for (let round = 0; round < 50; round += 1) {
      expect(await exec(host, query(['true']))).toMatchObject({ code: 5, stdout: 'out', stderr: 'err' });
    }
  });

  it('that starts no commands refuses, and the connection goes on', async () => {
    const port = await serve(
      (context) => context.accept(),
      (session) => session.on('exec', (_accept, reject) => reject()),
    );
    const host = await open(port, {});
    for (let round = 0; round < 12; round += 1) {
      await expect(exec(host, query(['true']))).rejects.toMatchObject({ code: 'command.failed' });
    }
  });
});
