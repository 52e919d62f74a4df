import { AppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ServerKey, SshKeyWish } from '../../shared/model/ssh-key.ts';
import { findServer, type SshTarget } from '../../shared/model/target.ts';
import type { ConnectOptions, Finding } from '../api.ts';
import { createFactReader, type FactReader } from '../facts/fact.ts';
import {
  authorizedKeyFact,
  keylessAccountsFact,
  sshServerFact,
  type LoginSeat,
  type SshServer,
} from '../facts/ssh-server.ts';
import { passwordLoginsFact } from '../facts/password-logins.ts';
import { formatList } from '../diagnostics/finding.ts';
import { query, queryScript } from '../host/command.ts';
import { exec, expectOk } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { fingerprintOf, formatLogin, readBlob, type SshLogin } from '../host/ssh/panel-key.ts';
import { openSshHost } from '../host/ssh/ssh-host.ts';
import { askLoginMethods, findLogin, type Offer } from '../host/ssh/ssh-way.ts';
import { serverLayout } from '../openclaw/server-layout.ts';
import { buildSshKeyPlan } from '../plans/ssh-key-plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { createServerLeaseKeeper } from '../runner/server-lease.ts';
import type { SshDoor } from '../steps/access/panel-key-book.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import type { OpenPlan } from './place.ts';
import type { PlaceServices } from './place-services.ts';
import { describeSshDeps, describeSshOptions, openServer, type ServerConnection } from './server-connection.ts';

/** The key of this panel on the server of an instance, whatever kind of instance lives there. @throws AppError `ssh-key.no-server` */
export async function openSshKeyChange(
  instance: Instance,
  wish: SshKeyWish,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<OpenPlan> {
  const target = findServer(instance.target);
  if (target === undefined) throw new AppError('ssh-key.no-server');
  const server = await openServer(target, services, options);
  return disposeOnFailure(server, () => plan(instance, target, wish, server, services, options));
}

async function plan(
  instance: Instance,
  target: SshTarget,
  wish: SshKeyWish,
  server: ServerConnection,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<OpenPlan> {
  const { signal = new AbortController().signal } = options;
  const { host, ask } = server;
  const login = await findLogin(target, describeSshDeps(services));
  const seat = await readSeat(host, signal);
  const book = services.keyRing.bookOf(login, commentOf(services.deps.who));
  const door = createDoor(target, seat.user, services, options);
  // Of the server, not of one instance on it: two of them share a file of keys, and an sshd.
  const keeper = createServerLeaseKeeper(host, {
    dir: `${serverLayout.ownDir}/ssh`,
    auditLog: serverLayout.auditLog,
  });
  const facts = createFactReader(ask, () => [sshServerFact(seat), keeper.state]);
  const found = await facts.read(sshServerFact(seat));
  const findings = [
    { id: 'login', title: 'Login', level: 'ok', because: `This is about ${formatLogin(login)}.` } as const,
    ...(await findShared(instance, login, services)),
    ...(wish.key === 'install' ? await judgeHome(found, facts, (await book.read())?.line) : []),
    ...(wish.passwords === 'off' ? await judgePasswords(found, facts, seat) : []),
    ...(await judgeRemoval(wish, login, services)),
  ];
  const built = buildSshKeyPlan({ instance, wish, seat, book, door });
  const { steps } = await checkPlan(built, { host, ask, keeper, signal }, facts);
  return {
    instance,
    plan: built,
    findings,
    steps,
    host,
    ask,
    keeper,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const SEAT = `id -un; printf '%s\\n' "\${SSH_CONNECTION-}"`;

/** Who we came in as, and between which addresses: as the server sees it. */
async function readSeat(host: Host, signal: AbortSignal): Promise<LoginSeat> {
  const { stdout } = expectOk(await exec(host, queryScript(SEAT), { signal }), 'Asking who signed in');
  const [user = '', connection = ''] = stdout.split('\n');
  const [from = '', , to = '', port = ''] = connection.split(' ');
  const known = /^\d+$/.test(port);
  return known ? { user, from, to, port: Number(port) } : { user, from: '127.0.0.1', to: '127.0.0.1', port: 22 };
}

function createDoor(target: SshTarget, user: string, services: PlaceServices, options: ConnectOptions): SshDoor {
  const deps = describeSshDeps(services);
  // What the person has confirmed for the first connection holds for those that follow.
  const given = describeSshOptions(options);
  const enter = async (offer: Offer, signal: AbortSignal): Promise<string> => {
    await using host = await openSshHost(target, deps, { ...given, offer, signal });
    const said = await exec(host, query(['id', '-un'], { env: { LC_ALL: 'C' } }), { signal });
    if (said.code !== 0 && /password (?:has )?expired|password change required|change your password/i.test(said.stderr))
      throw new AppError('host.auth-failed', {
        message: `The password of ${user} has expired: the server wants a new one before anything else.`,
        hint: 'Log in there once with ssh and set a new one.',
      });
    return expectOk(said, 'Signing in a second time').stdout.trim();
  };
  return {
    user,
    signInWith: (key, signal) => enter({ is: 'this', key }, signal),
    signInOtherwise: (signal) => enter({ is: 'others' }, signal),
    listMethods: (signal) => askLoginMethods(target, deps, { ...given, signal }),
  };
}

/** `hardshell@laptop`: whoever reads authorized_keys sees whose it is. Pure. */
function commentOf(who: string): string {
  const computer = who.slice(who.lastIndexOf('@') + 1).replaceAll(/[^A-Za-z0-9.-]/g, '-');
  return `hardshell@${computer === '' ? 'panel' : computer}`;
}

async function findShared(instance: Instance, login: SshLogin, services: PlaceServices): Promise<Finding[]> {
  const others = await listSharing(instance, login, services);
  if (others.length === 0) return [];
  const because = `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} reached by the same login, and the same key.`;
  return [{ id: 'shared', title: 'Also', level: 'ok', because }];
}

/** @param line of the key, where there is one */
async function judgeHome({ home, keysFile }: SshServer, facts: FactReader, line = ''): Promise<Finding[]> {
  if (keysFile?.startsWith(`${home}/`) !== true) return [];
  if (!(await facts.read(authorizedKeyFact(keysFile, home, readBlob(line)))).isHomeLoose) return [];
  const because = `Others can write to ${home}: most SSH servers then believe no keys in it. Run there: chmod go-w ${home}`;
  return [{ id: 'home', title: 'Home folder', level: 'warn', because }];
}

async function judgePasswords(found: SshServer, facts: FactReader, seat: LoginSeat): Promise<Finding[]> {
  const refuse = (code: 'ssh-key.no-include' | 'ssh-key.no-way-back'): Finding => {
    const error = new AppError(code);
    return { id: 'passwords', title: 'Passwords', level: 'refuse', because: error.message, error };
  };
  const excepted = (await facts.read(passwordLoginsFact(seat))).filter((name) => name !== seat.user);
  const left = judgeExcepted(excepted);
  // Off already: nothing is written, and nobody loses anything.
  if (found.takesPasswords === false && !found.isOnTrial) return left;
  if (found.include !== 'first') return [refuse('ssh-key.no-include')];
  if (!found.hasTimers) return [refuse('ssh-key.no-way-back')];
  const keyless = (await facts.read(keylessAccountsFact(found.keysPattern))).filter(
    (name) => name !== seat.user && !excepted.includes(name),
  );
  if (keyless.length === 0) return left;
  const names = keyless.join(', ');
  const because = `${names} can sign in with a password and ${keyless.length === 1 ? 'has' : 'have'} no key: that ends.`;
  return [...left, { id: 'keyless', title: 'Other accounts', level: 'warn', because }];
}

/** Whom a `Match` block of sshd_config lets in whatever our file says. Pure. */
export function judgeExcepted(accounts: readonly string[]): Finding[] {
  if (accounts.length === 0) return [];
  const because = `Passwords stay on for ${formatList(accounts)}: a Match block of its sshd_config says so.`;
  return [{ id: 'passwords-left', title: 'Other accounts', level: 'warn', because }];
}

async function judgeRemoval(wish: SshKeyWish, login: SshLogin, services: PlaceServices): Promise<Finding[]> {
  if (wish.key !== 'remove' || wish.passwords === 'on') return [];
  const known = await services.keyRing.read(login);
  if (known?.passwordsOffAt === undefined) return [];
  const because = 'The server goes on taking no passwords.';
  return [{ id: 'passwords', title: 'Passwords', level: 'warn', because }];
}

/** Said before an instance goes: its server may be used again, and may take nothing else, so that the key stays. */
export async function tellLeftKey(instance: Instance, services: PlaceServices): Promise<Finding[]> {
  const target = findServer(instance.target);
  if (target === undefined) return [];
  const login = await findLogin(target, describeSshDeps(services));
  if ((await services.keyRing.read(login)) === undefined) return [];
  if ((await listSharing(instance, login, services)).length > 0) return [];
  const because = `The key of this panel stays on ${formatLogin(login)}, for what comes next there. To take it away first: its Access tab, or hardshell ssh-key ${instance.name} --remove`;
  return [{ id: 'ssh-key', title: 'SSH key', level: 'ok', because }];
}

/** @throws AppError `instance.unknown` */
export async function readServerKey(id: InstanceId, services: PlaceServices): Promise<ServerKey> {
  const instance = await services.state.instances.get(id);
  if (instance === undefined) throw new AppError('instance.unknown');
  const target = findServer(instance.target);
  if (target === undefined) return { sharedWith: [] };
  const login = await findLogin(target, describeSshDeps(services));
  const kept = await services.keyRing.read(login);
  const sharedWith = await listSharing(instance, login, services);
  if (kept === undefined) return { login: formatLogin(login), sharedWith };
  const { line, madeAt, provenAt, passwordsOffAt } = kept;
  return {
    login: formatLogin(login),
    key: {
      line,
      fingerprint: fingerprintOf(line),
      madeAt,
      ...(provenAt === undefined ? {} : { provenAt }),
      ...(passwordsOffAt === undefined ? {} : { passwordsOffAt }),
    },
    sharedWith,
  };
}

/** Names of the other instances that are reached by a login. */
async function listSharing(instance: Instance, login: SshLogin, services: PlaceServices): Promise<string[]> {
  const names: string[] = [];
  for (const other of await services.state.instances.list()) {
    const target = findServer(other.target);
    if (other.id === instance.id || target === undefined) continue;
    if (formatLogin(await findLogin(target, describeSshDeps(services))) === formatLogin(login)) names.push(other.name);
  }
  return names;
}
