import { AppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';
import { query, queryScript, resolveArgv, type Command } from './command.ts';
import { exec } from './exec.ts';
import type { Host, Process, SpawnOptions } from './host.ts';
import { answerSudoPrompt, argvForSudoTerminal, createSudoMarks } from './sudo-terminal.ts';

/** How the account we signed in as becomes root. */
export type Elevation =
  | { readonly kind: 'is-root' }
  | { readonly kind: 'sudo' }
  | { readonly kind: 'sudo-password'; readonly password: Secret }
  /** Not possible: the reason is the error that a command for root meets. */
  | { readonly kind: 'none'; readonly error: AppError };

/*
 * Steps into another account from root without a login shell: home and user bus as systemd set them up, nothing read from
 * start-up files. `$1` is the account, the rest the command. A terminal becomes the account's own: screen and tmux open theirs
 * again by its name; sshd and sudo take it back at its end.
 */
const AS_USER = `u=$1; shift
e=$(getent passwd "$u") || { echo "no account named $u" >&2; exit 127; }
h=$(printf %s "$e" | cut -d: -f6); i=$(printf %s "$e" | cut -d: -f3)
cd "$h" 2>/dev/null || cd /
if [ -t 0 ]; then chown "$u" "$(tty)" 2>/dev/null; fi
exec runuser -u "$u" -- env HOME="$h" USER="$u" LOGNAME="$u" SHELL=/bin/bash PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin XDG_RUNTIME_DIR="/run/user/$i" DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$i/bus" "$@"`;

/** The argument list as root has to start it. Pure. */
export function argvFromRoot(command: Command): readonly [string, ...string[]] {
  const argv = resolveArgv(command);
  return typeof command.runAs === 'object' ? ['sh', '-c', AS_USER, 'sh', command.runAs.user, ...argv] : argv;
}

/** The argument list as the signed-in account has to start it. Pure. */
export function argvWithElevation(command: Command, elevation: Elevation): readonly [string, ...string[]] {
  if (command.runAs === 'login') return resolveArgv(command);
  const fromRoot = argvFromRoot(command);
  switch (elevation.kind) {
    case 'is-root':
      return fromRoot;
    case 'sudo':
      return ['sudo', '-n', '--', ...fromRoot];
    case 'sudo-password':
      // -k: never from sudo's cache, or the password would end up as the first line of the command's own input.
      return ['sudo', '-k', '-S', '-p', '', '--', ...fromRoot];
    case 'none':
      throw elevation.error;
  }
}

/* -k: what sudo remembers of another session for a quarter of an hour is no right to run without a password. */
const PROBE = `[ "$(id -u)" != 0 ] || { echo root; exit; }
command -v sudo >/dev/null 2>&1 || { echo none; exit; }
if sudo -k -n true 2>/dev/null; then echo sudo; else echo password; fi`;

/** Finds out how the signed-in account becomes root. One round trip, two with a password. */
export async function probeElevation(
  host: Host,
  password: Secret | undefined,
  signal?: AbortSignal,
): Promise<Elevation> {
  const limits = signal === undefined ? {} : { signal };
  const probe = await exec(host, queryScript(PROBE), limits);
  const answer = probe.stdout.trim();
  if (answer === 'root') return { kind: 'is-root' };
  if (answer === 'sudo') return { kind: 'sudo' };
  if (answer !== 'password') return { kind: 'none', error: new AppError('host.sudo-missing') };
  // A door with a person in front of it can ask for what is wanted.
  const wants = { details: { wants: 'sudoPassword' } };
  if (password === undefined) return { kind: 'none', error: new AppError('host.sudo-missing', wants) };
  // What comes behind a line break would be read by the command that follows.
  if (/[\r\n]/.test(password.reveal())) return { kind: 'none', error: new AppError('host.sudo-password', wants) };
  const tried = await exec(host, query(['sudo', '-k', '-S', '-p', '', '--', 'true'], { env: { LC_ALL: 'C' } }), {
    ...limits,
    input: `${password.reveal()}\n`,
  });
  if (tried.code === 0) return { kind: 'sudo-password', password };
  const refused = /not in the sudoers|not allowed|may not run|must have a tty/i.test(tried.stderr);
  return {
    kind: 'none',
    error: refused ? new AppError('host.sudo-missing') : new AppError('host.sudo-password', wants),
  };
}

/** A host on which commands run as the account they name. */
export function withPrivileges(host: Host, elevation: Elevation): Host {
  return {
    get name() {
      return host.name;
    },
    kind: host.kind,
    get traffic() {
      return host.traffic;
    },
    closed: host.closed,
    connect: (to, options) => host.connect(to, options),
    async spawn(command: Command, options?: SpawnOptions): Promise<Process> {
      const start = (argv: Command['argv']): Promise<Process> =>
        host.spawn({ ...command, argv, env: {}, runAs: 'login' }, options);
      if (command.runAs === 'login' || elevation.kind !== 'sudo-password') {
        return start(argvWithElevation(command, elevation));
      }
      if (options?.terminal !== undefined) {
        const marks = createSudoMarks();
        const started = await start(argvForSudoTerminal(argvFromRoot(command), marks));
        return answerSudoPrompt(started, marks, elevation.password);
      }
      const started = await start(argvWithElevation(command, elevation));
      started.stdin.write(`${elevation.password.reveal()}\n`);
      return started;
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}
