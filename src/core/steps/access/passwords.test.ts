import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/app-error.ts';
import type { Check } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import type { Fact } from '../../facts/fact.ts';
import type { SshServer } from '../../facts/ssh-server.ts';
import type { Command } from '../../host/command.ts';
import type { ApplyContext, Step } from '../step.ts';
import type { PanelKeyBook, SshDoor } from './panel-key-book.ts';
import { passwordsOffStep, passwordsOnStep } from './passwords.ts';
import {
  EXIT_INEFFECTIVE,
  EXIT_INVALID,
  EXIT_TAKEN_BACK,
  KEEP_WITHOUT,
  PASSWORDS_ON,
  TAKE_BACK,
  TRY_WITHOUT,
} from './passwords-script.ts';

const names = new Map([
  [TRY_WITHOUT, 'try'],
  [KEEP_WITHOUT, 'keep'],
  [TAKE_BACK, 'take back'],
  [PASSWORDS_ON, 'on'],
]);
const seat = { user: 'anna', from: '198.51.100.1', to: '203.0.113.7', port: 22 };
const quiet: SshServer = {
  home: '/home/anna',
  keysFile: '/home/anna/.ssh/authorized_keys',
  keysPattern: '.ssh/authorized_keys',
  takesPasswords: true,
  include: 'first',
  hasDropIn: false,
  isOnTrial: false,
  hasTimers: true,
};

interface Scene {
  readonly server?: Partial<SshServer>;
  readonly methods?: readonly string[];
  /** Whom a Match block lets in with a password. */
  readonly excepted?: readonly string[];
  readonly signIn?: SshDoor['signInWith'];
  readonly codes?: Readonly<Record<string, number>>;
  readonly passwordsOffAt?: string;
  readonly trialSeconds?: number;
}

function stage(scene: Scene = {}) {
  const ran: string[] = [];
  const noted: string[] = [];
  const stop = new AbortController();
  const book: PanelKeyBook = {
    read: () =>
      Promise.resolve({
        line: 'ssh-ed25519 AAAA hardshell@lab',
        secret: new Secret('a key'),
        ...(scene.passwordsOffAt === undefined ? {} : { passwordsOffAt: scene.passwordsOffAt }),
      }),
    make: () => Promise.resolve(),
    use: () => Promise.resolve(),
    retire: () => Promise.resolve(),
    notePasswords: (are) => Promise.resolve(void noted.push(are)),
    forget: () => Promise.resolve(),
  };
  const door: SshDoor = {
    user: 'anna',
    signInWith: scene.signIn ?? (() => Promise.resolve('anna')),
    signInOtherwise: () => Promise.reject(new AppError('host.auth-failed')),
    listMethods: () => Promise.resolve(scene.methods ?? ['publickey']),
  };
  const change = (command: Command) => {
    const name = names.get(command.argv[2] ?? '') ?? 'something else';
    ran.push(name);
    return Promise.resolve({
      command,
      code: scene.codes?.[name] ?? 0,
      signal: null,
      stdout: '',
      stderr: 'said why',
      truncated: false,
    });
  };
  const context = {
    read: ({ id }: Fact<unknown>) =>
      Promise.resolve(id === 'password logins' ? (scene.excepted ?? []) : { ...quiet, ...scene.server }),
    host: {},
    signal: stop.signal,
    change,
    changeOk: (_doing: string, command: Command) => change(command),
    act: <T>(_doing: string, work: (signal: AbortSignal) => Promise<T>) => work(stop.signal),
    note: () => undefined,
    progress: () => undefined,
  } as unknown as ApplyContext;
  const off = passwordsOffStep({
    seat,
    book,
    door,
    ...(scene.trialSeconds === undefined ? {} : { trialSeconds: scene.trialSeconds }),
  });
  const on = passwordsOnStep({ seat, book });
  return {
    ran,
    noted,
    stop,
    check: (step: Step = off): Promise<Check> => step.check(context),
    checkOn: (): Promise<Check> => on.check(context),
    applyOn: (): Promise<void> => on.apply(context),
    apply: (): Promise<unknown> =>
      off.apply(context).then(
        () => 'done',
        (error: unknown) => error,
      ),
  };
}

describe('passwords', () => {
  it('are kept off once the key came in and the server takes nothing else', async () => {
    const { ran, noted, apply } = stage();
    expect([await apply(), ran, noted]).toEqual(['done', ['try', 'keep'], ['off']]);
  });

  it.each<[string, Scene, string]>([
    ['the key is refused', { signIn: () => Promise.reject(new AppError('host.auth-failed')) }, 'passwords-not-proven'],
    [
      'the host key is another',
      { signIn: () => Promise.reject(new AppError('host.key-changed')) },
      'passwords-not-proven',
    ],
    ['it leads elsewhere', { signIn: () => Promise.resolve('root') }, 'passwords-not-proven'],
    ['a password would still do', { methods: ['publickey', 'keyboard-interactive'] }, 'passwords-kept'],
  ])('come back when %s', async (_what, scene, code) => {
    const { ran, noted, apply } = stage(scene);
    expect(await apply()).toMatchObject({ code: `ssh-key.${code}` });
    expect([ran, noted]).toEqual([['try', 'take back'], []]);
  });

  it('come back when the proof takes too long', async () => {
    const hang: SshDoor['signInWith'] = (_key, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const { ran, apply } = stage({ signIn: hang, trialSeconds: 0.3 });
    expect(await apply()).toMatchObject({
      code: 'ssh-key.passwords-not-proven',
      details: { because: 'The server did not answer.' },
    });
    expect(ran).toEqual(['try', 'take back']);
  });

  it('are left to the timer of the server when the run is cancelled', async () => {
    const scene = stage({
      signIn: () => {
        scene.stop.abort(new AppError('run.cancelled'));
        return Promise.reject(new AppError('run.cancelled'));
      },
    });
    expect(await scene.apply()).toMatchObject({ code: 'run.cancelled' });
    expect(scene.ran).toEqual(['try']);
  });

  it.each([
    ['try', EXIT_INEFFECTIVE, 'ssh-key.passwords-kept'],
    ['try', EXIT_INVALID, 'ssh-key.passwords-not-proven'],
    ['keep', EXIT_TAKEN_BACK, 'ssh-key.passwords-not-proven'],
  ])('are as before where %s ends with %i', async (name, code, error) => {
    const { noted, apply } = stage({ codes: { [name]: code } });
    expect(await apply()).toMatchObject({ code: error });
    expect(noted).toEqual([]);
  });

  it.each<[Scene, Check['is']]>([
    [{}, 'needed'],
    [{ server: { takesPasswords: false } }, 'satisfied'],
    [{ server: { takesPasswords: undefined } }, 'needed'],
    [{ server: { takesPasswords: false, isOnTrial: true } }, 'needed'],
    // Its files say no, and what runs was not told.
    [{ server: { takesPasswords: false }, methods: ['publickey', 'password'] }, 'needed'],
  ])('%j: %s', async (scene, is) => {
    expect(await stage(scene).check()).toMatchObject({ is });
  });

  it('are not said to be off for everybody where they are not', async () => {
    const off = { server: { takesPasswords: false } };
    expect(await stage(off).check()).toMatchObject({ because: 'the SSH server takes no passwords' });
    expect(await stage({ ...off, excepted: ['bob', 'carl'] }).check()).toMatchObject({
      because: 'the SSH server takes no passwords, but from bob and carl',
    });
  });

  it.each<[Scene, Check['is']]>([
    [{}, 'satisfied'],
    [{ server: { takesPasswords: false } }, 'satisfied'],
    [{ server: { hasDropIn: true } }, 'needed'],
    [{ server: { isOnTrial: true } }, 'needed'],
    [{ passwordsOffAt: '2026-11-22T00:00:00Z' }, 'needed'],
  ])('to be turned on again, %j: %s', async (scene, is) => {
    expect(await stage(scene).checkOn()).toMatchObject({ is });
  });

  it('that are turned on again are noted', async () => {
    const { ran, noted, applyOn } = stage({ server: { hasDropIn: true } });
    await applyOn();
    expect([ran, noted]).toEqual([['on'], ['on']]);
  });
});
