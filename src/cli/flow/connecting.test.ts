import { describe, expect, it } from 'vitest';
import { anInstance, aPreview } from '../../../test/cli/samples.ts';
import { startFake, runFake } from '../../../test/cli/run-fake.ts';
import type { ConnectOptions } from '../../core/index.ts';
import { AppError } from '../../shared/app-error.ts';

const DEPLOY = ['deploy', 'research', '--to', 'ssh://root@203.0.113.7', '--yes'];
const KEYS = ['A', 'B'].map((letter) => `SHA256:${letter.repeat(43)}`);
const unknownKey = (host: string, fingerprint: string | undefined): AppError =>
  new AppError('host.key-unknown', { details: { host, type: 'ssh-ed25519', fingerprint } });
const wrongLogin = new AppError('host.auth-failed', {
  message: 'The login of root was not accepted.',
  details: { host: 'server', user: 'root', tried: [], accepted: ['publickey', 'password'] },
});

/** A server behind a gate, both with keys that nobody knows yet. */
const twoHops = {
  preview: ({ trustHostKeys = [] }: ConnectOptions) => {
    const missing = KEYS.findIndex((key) => !trustHostKeys.includes(key));
    if (missing >= 0) throw unknownKey(missing === 0 ? 'gate' : 'server', KEYS[missing]);
    return aPreview();
  },
};

describe('an unknown host key', () => {
  it('is shown, and trusted when the person types the word, hop by hop', async () => {
    const run = startFake(DEPLOY, { tty: true, script: twoHops });
    await run.io.waitFor('The host key of gate is not known yet.');
    expect(run.io.written.err).toContain(`\u001b[1m${KEYS[0] ?? ''}`);
    expect(run.io.written.err).toContain('ssh-keygen -lf');
    run.io.type('yes\n');
    await run.io.waitFor('The host key of server is not known yet.');
    run.io.type('Yes\n');
    expect(await run.ended).toBe(0);
    expect(run.core.calls[2]).toMatchObject(['deploy.preview', { options: { trustHostKeys: KEYS } }]);
  });

  it.each(['\n', 'y\n', 'no\n', 'yes!\n'])('is not trusted when the person types %j', async (answer) => {
    const run = startFake(DEPLOY, { tty: true, script: twoHops });
    await run.io.waitFor('Type yes');
    run.io.type(answer);
    expect(await run.ended).toBe(3);
    expect(run.core.calls).toHaveLength(1);
    expect(run.io.written.err).toContain('was not trusted');
  });

  it.each([
    ['no terminal', [], false],
    ['--json', ['--json'], true],
  ])('is a refusal with %s', async (_, more, tty) => {
    const { code, core, io } = await runFake([...DEPLOY, ...more], { tty, script: twoHops });
    expect(code).toBe(3);
    expect(core.calls).toHaveLength(1);
    expect(io.written.both).not.toContain('Type yes');
  });

  it('is asked about by the other commands as well', async () => {
    const run = startFake(['status', 'research'], {
      tty: true,
      script: {
        status: ({ trustHostKeys }) =>
          trustHostKeys === undefined
            ? {
                instance: anInstance(),
                state: 'unreachable',
                because: 'Its key is not known.',
                error: unknownKey('server', KEYS[0]),
              }
            : { instance: anInstance(), state: 'running', because: 'It answers.' },
      },
    });
    await run.io.waitFor('Type yes');
    run.io.type('yes\n');
    expect(await run.ended).toBe(0);
  });

  it('cannot drive the terminal with what the server calls itself', async () => {
    const run = startFake(DEPLOY, {
      tty: true,
      script: { preview: () => Promise.reject(unknownKey('\u001b]0;title\u0007evil\u001b[2J', KEYS[0])) },
    });
    await run.io.waitFor('The host key of evil is not known yet.');
    run.io.interrupt();
    expect(await run.ended).toBe(130);
  });
});

describe('a changed or revoked host key', () => {
  it.each([
    [
      'host.key-changed',
      { known: [{ type: 'ssh-ed25519', fingerprint: KEYS[1], where: '/home/anna/.ssh/known_hosts:3' }] },
      ['CHANGED', 'reinstalled', 'known_hosts:3', 'ssh-keygen -R server -f /home/anna/.ssh/known_hosts', KEYS[1]],
    ],
    ['host.key-revoked', { where: '/home/anna/.ssh/known_hosts:7' }, ['revoked', 'known_hosts:7', 'stolen']],
  ] as const)('is refused without a question: %s', async (errorCode, more, texts) => {
    const error = new AppError(errorCode, {
      details: { host: 'server', type: 'ssh-ed25519', fingerprint: KEYS[0], ...more },
    });
    const { code, core, io } = await runFake(DEPLOY, {
      tty: true,
      columns: 200,
      script: { preview: () => Promise.reject(error) },
    });
    expect(code).toBe(3);
    expect(core.calls).toHaveLength(1);
    expect(io.written.err).not.toMatch(/Type|\?/);
    for (const text of [...texts, KEYS[0]]) expect(io.written.err).toContain(text);
    expect(io.written.err).toContain('\u001b[1;31m│');
  });
});

describe('a missing password', () => {
  it('is asked for without an echo, three times at most', async () => {
    const run = startFake(DEPLOY, { tty: true, script: { preview: () => Promise.reject(wrongLogin) } });
    for (let count = 1; count <= 3; count += 1) {
      await run.io.waitFor('Password for root@server:');
      run.io.type(`hunter${String(count)}\r`);
    }
    expect(await run.ended).toBe(1);
    expect(run.core.calls).toHaveLength(4);
    expect(run.io.written.both).not.toContain('hunter');
    expect(run.io.written.err.match(/Password for/g)).toHaveLength(3);
    expect(run.io.rawMode).toEqual([true, false, true, false, true, false]);
  });

  it('opens the door when it is right, and is handed over as a secret', async () => {
    const run = startFake(DEPLOY, {
      tty: true,
      script: {
        preview: ({ secrets }) => {
          if (secrets?.sshPassword?.reveal() !== 'hunter2') throw wrongLogin;
          return aPreview();
        },
      },
    });
    await run.io.waitFor('Password');
    run.io.type('hunter2\r');
    expect(await run.ended).toBe(0);
  });

  it.each([
    [
      'keyPassphrase',
      new AppError('host.identity-unusable', { details: { path: '/home/anna/.ssh/id', wants: 'keyPassphrase' } }),
      'Passphrase of the key /home/anna/.ssh/id:',
    ],
    ['sudoPassword', new AppError('host.sudo-missing', { details: { wants: 'sudoPassword' } }), 'Password for sudo'],
  ] as const)('may be the %s, also when it is a finding that wants it', async (name, error, question) => {
    const refusing = aPreview({
      findings: [{ id: 'rights', title: 'Rights', level: 'refuse', because: 'no root', error }],
    });
    const run = startFake(DEPLOY, {
      tty: true,
      script: { preview: ({ secrets }) => (secrets?.[name] === undefined ? refusing : aPreview()) },
    });
    await run.io.waitFor(question);
    run.io.type('hunter2\r');
    expect(await run.ended).toBe(0);
    expect(run.core.calls.map(([call]) => call)).toEqual(['deploy.preview', 'discard', 'deploy.preview', 'start']);
  });

  it.each([
    [
      'the server takes none',
      new AppError('host.auth-failed', {
        details: { host: 'server', user: 'root', tried: [], accepted: ['publickey'] },
      }),
    ],
    ['the account may not act as root at all', new AppError('host.sudo-missing')],
    ['something else is wrong', new AppError('host.unreachable')],
  ])('is not asked for when %s', async (_, error) => {
    const { code, core, io } = await runFake(DEPLOY, { tty: true, script: { preview: () => Promise.reject(error) } });
    expect(code).toBe(error.exitCode);
    expect(core.calls).toHaveLength(1);
    expect(io.written.err).not.toContain('assword for');
  });

  it('is not asked for where there is nobody', async () => {
    const { code, core } = await runFake(DEPLOY, { script: { preview: () => Promise.reject(wrongLogin) } });
    expect([code, core.calls.length]).toEqual([1, 1]);
  });
});
