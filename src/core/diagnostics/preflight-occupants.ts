import type { Finding } from '../api.ts';
import type { Account, Linger } from '../facts/account.ts';
import type { Trace } from '../facts/foreign-install.ts';
import { isLoopback, type Listener } from '../facts/listeners.ts';
import { formatList, ok, refuse, warn } from './finding.ts';

const PORT = { id: 'port', title: 'Port' };
const INSTALLS = { id: 'installs', title: 'Other installs of OpenClaw' };
const ACCOUNT = { id: 'account', title: 'Account' };

/** What belongs to our own OpenClaw, once the server is marked as its home. */
export interface OwnOpenClaw {
  readonly user: string;
  readonly home: string;
  readonly stateDir: string;
  /** systemd user unit: `openclaw-gateway.service` */
  readonly unit: string;
  readonly port: number;
  /** Whether the server carries the mark of this instance: then what lies at our places is ours. */
  readonly isClaimed: boolean;
}

/** Pure. The gateway listens on the loopback addresses, so only what holds those is in its way. */
export function judgePort(listeners: readonly Listener[], own: OwnOpenClaw): Finding {
  const holders = listeners.filter(
    ({ protocol, port, address }) =>
      protocol === 'tcp' && port === own.port && (isLoopback(address) || ['0.0.0.0', '::', '*'].includes(address)),
  );
  const port = String(own.port);
  const other = holders.find((holder) => !isOurs(holder, own));
  if (other !== undefined) {
    return refuse(PORT, 'preflight.port-busy', `Port ${port} is used by ${describeListener(other)}.`, {
      details: {
        port: own.port,
        ...(other.process === undefined ? {} : { process: other.process }),
        ...(other.pid === undefined ? {} : { pid: other.pid }),
        ...(other.user === undefined ? {} : { user: other.user }),
        ...(other.unit === undefined ? {} : { unit: other.unit }),
        ...(other.container === undefined ? {} : { container: other.container }),
      },
    });
  }
  return ok(PORT, holders.length > 0 ? `Port ${port} is used by this OpenClaw.` : `Port ${port} is free.`);
}

function isOurs(holder: Listener, own: OwnOpenClaw): boolean {
  return own.isClaimed && holder.user === own.user && holder.unit === own.unit && holder.container === undefined;
}

/** `nginx (process 812, account www-data, nginx.service)` */
export function describeListener({
  process,
  pid,
  user,
  unit,
  container,
}: Omit<Listener, 'protocol' | 'address' | 'port' | 'isUserUnit'>): string {
  const more = [
    ...(pid === undefined ? [] : [`process ${String(pid)}`]),
    ...(user === undefined ? [] : [`account ${user}`]),
    ...(container === undefined ? (unit === undefined ? [] : [unit]) : [`container ${container}`]),
  ];
  const name =
    process === 'docker-proxy' ? 'a container of Docker' : (process ?? 'a program that does not show itself');
  return more.length === 0 ? name : `${name} (${more.join(', ')})`;
}

/**
 * Pure. What runs, or comes up with the server, is in the way: two gateways fight over a port and over the bots. What only
 * lies there is not, and is named.
 */
export function judgeInstalls(traces: readonly Trace[], own: OwnOpenClaw): Finding {
  const foreign = traces.filter((trace) => !(own.isClaimed && belongsToUs(trace, own)));
  const live = foreign.filter(isLive);
  if (live.length > 0) {
    // One of each kind of place says enough in a sentence: a unit, its process and its program are one install.
    const units = live.filter(({ kind }) => kind === 'unit');
    const named = [
      ...(units.length > 0 ? units : live.filter(({ kind }) => kind !== 'unit')),
      ...live.filter(({ kind }) => kind === 'container'),
    ];
    const because = `There is already an OpenClaw on this server: ${formatList([...new Set(named.map(describeTrace))])}.`;
    return refuse(INSTALLS, 'preflight.foreign-install', because, { details: { found: foreign.map(describeTrace) } });
  }
  const kept = foreign.filter((trace) => trace.kind === 'state' && trace.path === own.stateDir);
  const rest = foreign.filter((trace) => !kept.includes(trace));
  if (rest.length > 0)
    return warn(INSTALLS, `Left by an older install, and left alone: ${formatList(rest.map(describeTrace))}.`);
  if (kept.length > 0) return warn(INSTALLS, `The data of an earlier OpenClaw in ${own.stateDir} will be used.`);
  return ok(INSTALLS, own.isClaimed ? 'None beside this one.' : 'None.');
}

function belongsToUs(trace: Trace, own: OwnOpenClaw): boolean {
  switch (trace.kind) {
    case 'unit':
    case 'state':
      return trace.user === own.user;
    case 'process':
      return trace.user === own.user && trace.container === undefined;
    case 'program':
      return trace.path.startsWith(`${own.home}/`);
    case 'container':
      return false;
  }
}

function isLive(trace: Trace): boolean {
  if (trace.kind === 'container') return !/^(?:Exited|Created|Dead)\b/i.test(trace.status);
  return trace.kind === 'unit' || trace.kind === 'process';
}

/** Where it is, and whose. */
export function describeTrace(trace: Trace): string {
  switch (trace.kind) {
    case 'unit':
      return `the service ${trace.unit} ${trace.user === undefined ? 'of the system' : trace.user === 'any' ? 'of every account' : `of ${trace.user}`} (${trace.path})`;
    case 'process':
      return `a running process of ${trace.user} (${String(trace.pid)}${trace.container === undefined ? '' : `, in the container ${trace.container}`})`;
    case 'state':
      return `its data in ${trace.path}`;
    case 'program':
      return `the program ${trace.path}`;
    case 'container':
      return `the container ${trace.name} (${trace.status === '' ? trace.image : trace.status})`;
  }
}

/** Pure. An account of our name that is not like ours is somebody else's. */
export function judgeAccount(
  account: Account | undefined,
  linger: Linger,
  own: Pick<OwnOpenClaw, 'user' | 'home'>,
): Finding {
  if (account === undefined) return ok(ACCOUNT, `The account "${own.user}" will be made.`);
  if (account.uid === 0) {
    return refuse(
      ACCOUNT,
      'preflight.foreign-install',
      `The account "${own.user}" of this server is root under another name.`,
      {
        hint: 'OpenClaw must not run as root: remove or rename that account.',
      },
    );
  }
  if (account.home !== own.home) {
    const because = `There is an account "${own.user}" already, and its home is ${account.home} and not ${own.home}.`;
    return refuse(ACCOUNT, 'preflight.foreign-install', because, {
      details: { home: account.home },
      hint: 'Rename or remove that account first.',
    });
  }
  const services = linger.enabled
    ? 'may run services while nobody is logged in'
    : 'will be allowed to run services while nobody is logged in';
  return ok(ACCOUNT, `The account "${own.user}" is there, and ${services}.`);
}
