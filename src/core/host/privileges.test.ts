import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { change, query } from './command.ts';
import { exec } from './exec.ts';
import { createFakeHost } from './fake/fake-host.ts';
import { argvWithElevation, probeElevation, withPrivileges, type Elevation } from './privileges.ts';

const password = new Secret('s3cret');
const none: Elevation = { kind: 'none', error: new AppError('host.sudo-missing') };
const asRoot = query(['id', '-u'], { runAs: 'root', env: { A: 'b c' } });

describe('how a command becomes root’s', () => {
  it.each<[Elevation, string[]]>([
    [{ kind: 'is-root' }, ['env', 'A=b c', 'id', '-u']],
    [{ kind: 'sudo' }, ['sudo', '-n', '--', 'env', 'A=b c', 'id', '-u']],
    [{ kind: 'sudo-password', password }, ['sudo', '-k', '-S', '-p', '', '--', 'env', 'A=b c', 'id', '-u']],
  ])('%o', (elevation, argv) => {
    expect(argvWithElevation(asRoot, elevation)).toEqual(argv);
  });

  it('is refused where there is no way, and not needed for the login’s own', () => {
    expect(() => argvWithElevation(asRoot, none)).toThrow(none.error);
    for (const elevation of [none, { kind: 'sudo' } as const])
      expect(argvWithElevation(query(['id']), elevation)).toEqual(['id']);
  });

  it('steps from root into another account without reading its name as anything else', () => {
    const argv = argvWithElevation(query(['id'], { runAs: { user: 'a; b' } }), { kind: 'is-root' });
    expect([argv[0], argv[1], ...argv.slice(3)]).toEqual(['sh', '-c', 'sh', 'a; b', 'id']);
  });
});

describe('finding out how', () => {
  const answering = (answer: string) => createFakeHost().on(/^sh -c .*sudo -k -n true/s, { stdout: `${answer}\n` });

  it.each([
    ['root', 'is-root'],
    ['sudo', 'sudo'],
    ['none', 'none'],
    ['', 'none'],
  ])('%j means %s', async (answer, kind) => {
    expect((await probeElevation(answering(answer), password)).kind).toBe(kind);
  });

  it('tries the password as input, never as a word', async () => {
    const host = answering('password').on(/^env LC_ALL=C sudo/, (_command, input) => ({
      code: input.toString() === 's3cret\n' ? 0 : 1,
    }));
    expect(await probeElevation(host, password)).toEqual({ kind: 'sudo-password', password });
    expect(await probeElevation(host, new Secret('wrong'))).toMatchObject({
      kind: 'none',
      error: { code: 'host.sudo-password' },
    });
    expect(JSON.stringify(host.calls)).not.toContain('s3cret');
  });

  it.each([
    ['anna is not in the sudoers file.', 'host.sudo-missing'],
    ['Sorry, user anna may not run sudo on host.', 'host.sudo-missing'],
    ['sudo: sorry, you must have a tty to run sudo', 'host.sudo-missing'],
    ['Sorry, try again.\nsudo: no password was provided', 'host.sudo-password'],
  ])('hears “%s”', async (stderr, code) => {
    const host = answering('password').on(/^env LC_ALL=C sudo/, { stderr, code: 1 });
    expect(await probeElevation(host, password)).toMatchObject({ kind: 'none', error: { code } });
  });
});

describe('a host with privileges', () => {
  it('says the password first, then the command’s own input', async () => {
    const host = createFakeHost().on(/^sudo -k/, (_command, input) => ({ stdout: input }));
    const result = await exec(
      withPrivileges(host, { kind: 'sudo-password', password }),
      change(['cat'], { runAs: 'root' }),
      { input: 'own' },
    );
    expect(result.stdout).toBe('s3cret\nown');
    expect(host.traffic).toEqual({ roundTrips: 1, changes: 1, slowCalls: 0 });
    expect(JSON.stringify(host.calls)).not.toContain('s3cret');
  });

  it('says nothing to commands that need none', async () => {
    const host = createFakeHost().on(/./, (_command, input) => ({ stdout: input }));
    const elevated = withPrivileges(host, { kind: 'sudo-password', password });
    expect((await exec(elevated, query(['cat']), { input: 'own' })).stdout).toBe('own');
    const free = withPrivileges(host, { kind: 'sudo' });
    expect((await exec(free, query(['cat'], { runAs: 'root' }), { input: 'own' })).stdout).toBe('own');
  });
});
