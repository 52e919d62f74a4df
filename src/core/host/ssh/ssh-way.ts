import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { AppError, isAppError } from '../../../shared/app-error.ts';
import { formatHop, type SshTarget } from '../../../shared/model/target.ts';
import type { Secret } from '../../../shared/secret.ts';
import { readHostKeyCheck, type HostKeySources } from './host-key-check.ts';
import { HOST_KEY_TYPES } from './host-key.ts';
import { openSshAgent, type SshAgent } from './ssh-agent.ts';
import { createAuthentication } from './ssh-auth.ts';
import { readSshConfig } from './ssh-config-file.ts';
import { openSshConnection, type Keepalive, type SshConnection } from './ssh-connection.ts';
import { dial, dialThrough } from './ssh-dial.ts';
import { offerPanelKey, type PanelKeys, type SshLogin } from './panel-key.ts';
import { readKeyOffers, type KeyOffer, type KeyOffers } from './ssh-offers.ts';
import { planRoute, type RouteHop } from './ssh-route.ts';
import type { TrustStore } from './trust-store.ts';

/** For each server on the way: connecting, host key and login together. */
const READY_TIMEOUT_MS = 20_000;
/** A dead connection is noticed after 20 s: well within the 60 s that a lease lives without renewal. */
const KEEPALIVE: Keepalive = { intervalMs: 5_000, count: 3 };

export interface SshDeps {
  readonly homeDir: string;
  readonly platform: NodeJS.Platform;
  /** The account of this computer: the user name where none is given. */
  readonly localUser: string;
  /** SSH_AUTH_SOCK, the pipe of Windows' agent, or `pageant`. */
  readonly sshAgent?: string;
  readonly trust: TrustStore;
  /** Keys of our own making, for any server on the way. */
  readonly panelKeys?: PanelKeys;
  /** Default `~/.ssh/config`. */
  readonly sshConfigFile?: string;
  /** Instead of OpenSSH's own: `~/.ssh/known_hosts`, `~/.ssh/known_hosts2` and those in /etc/ssh. */
  readonly knownHostsFiles?: readonly string[];
}

/** What is tried at the target: every way there is; one key alone; every way but the key that this panel made; nothing. */
export type Offer = { readonly is: 'all' | 'others' | 'nothing' } | { readonly is: 'this'; readonly key: Secret };

const EVERY_WAY: Offer = { is: 'all' };
const NO_KEYS: KeyOffers = { offers: [], leftOut: [], locked: undefined, agentError: undefined };

export interface SshOptions {
  /** Default: every way there is. Servers on the way are signed in to as always. */
  readonly offer?: Offer;
  /** Sent to the target alone, never to a server on the way. */
  readonly password?: Secret;
  /** Opens the key files that have one. */
  readonly keyPassphrase?: Secret;
  /** `SHA256:…` of host keys that the person has compared and wants trusted from now on, on any hop. */
  readonly trustHostKeys?: readonly string[];
  readonly signal?: AbortSignal;
  readonly readyTimeoutMs?: number;
  readonly keepalive?: Keepalive;
}

/** The connections that lead to a server, one through the other. */
export interface SshWay {
  readonly client: Client;
  readonly last: RouteHop;
  readonly closed: AbortSignal;
  close(): Promise<void>;
}

export async function openSshWay(target: SshTarget, deps: SshDeps, options: SshOptions): Promise<SshWay> {
  const route = await readRoute(target, deps);
  const connections: SshConnection[] = [];
  const closeAll = async (): Promise<void> => {
    for (const connection of connections.toReversed()) await connection.close();
  };
  let before: { readonly client: Client; readonly name: string } | undefined;
  try {
    for (const [index, hop] of route.entries()) {
      const isTarget = index === route.length - 1;
      const connection = await openHop(hop, { target, deps, options, isTarget, before });
      connections.push(connection);
      before = { client: connection.client, name: hop.alias };
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const last = route.at(-1);
  const connection = connections.at(-1);
  if (last === undefined || connection === undefined) throw new Error('A route has no end.');
  return { client: connection.client, closed: connection.closed, last, close: closeAll };
}

async function readRoute(target: SshTarget, deps: RouteDeps): Promise<RouteHop[]> {
  const config = await readSshConfig(deps.sshConfigFile ?? join(deps.homeDir, '.ssh', 'config'), deps.homeDir);
  return planRoute(target, { config, homeDir: deps.homeDir, localUser: deps.localUser });
}

type RouteDeps = Pick<SshDeps, 'homeDir' | 'localUser' | 'sshConfigFile'>;

/** Whom a target means once ~/.ssh/config has filled in what it leaves open. @throws AppError `usage.invalid` */
export async function findLogin(target: SshTarget, deps: RouteDeps): Promise<SshLogin> {
  const last = (await readRoute(target, deps)).at(-1);
  if (last === undefined) throw new Error('A route has no end.');
  return { user: last.user, host: last.host, port: last.port };
}

/**
 * What a server takes from this login, as it says itself before anything is offered: `publickey`, `password`.
 * @throws AppError as `openSshWay`, but for `host.auth-failed` of the target itself
 */
export async function askLoginMethods(
  target: SshTarget,
  deps: SshDeps,
  options: SshOptions,
): Promise<readonly string[]> {
  const host = nameHost(await findLogin(target, deps));
  try {
    const way = await openSshWay(target, deps, { ...options, offer: { is: 'nothing' } });
    await way.close();
    return ['none'];
  } catch (error) {
    // Refused on the way there: that says nothing about the target.
    if (!isAppError(error, 'host.auth-failed') || error.details?.['host'] !== host) throw error;
    const { accepted } = error.details;
    return Array.isArray(accepted) ? accepted.map(String) : [];
  }
}

function nameHost({ host, port }: Pick<SshLogin, 'host' | 'port'>): string {
  return formatHop({ host, ...(port === 22 ? {} : { port }) });
}

interface HopContext {
  readonly target: SshTarget;
  readonly deps: SshDeps;
  readonly options: SshOptions;
  readonly isTarget: boolean;
  readonly before: { readonly client: Client; readonly name: string } | undefined;
}

async function openHop(hop: RouteHop, context: HopContext): Promise<SshConnection> {
  const { deps, options, isTarget } = context;
  const timeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
  const { signal } = options;
  const sources: HostKeySources = {
    ...deps,
    ...(options.trustHostKeys === undefined ? {} : { trustHostKeys: options.trustHostKeys }),
  };
  const check = await readHostKeyCheck(hop, sources);
  const agentAddress = hop.agent ?? deps.sshAgent ?? 'none';
  using agent: SshAgent | undefined = agentAddress === 'none' ? undefined : openSshAgent(agentAddress);
  const offer = isTarget ? (options.offer ?? EVERY_WAY) : EVERY_WAY;
  const keys = await readKeys(hop, offer, agent, context);
  const open = async (leftOut: readonly string[]): Promise<SshConnection> => {
    const socket: Duplex =
      context.before === undefined
        ? await dial(hop, { timeoutMs, signal })
        : await dialThrough(context.before.client, context.before.name, hop, { timeoutMs, signal });
    return openSshConnection({
      socket,
      host: hop.host,
      port: hop.port,
      user: hop.user,
      check,
      leftOut,
      authentication: createAuthentication({
        host: nameHost(hop),
        user: hop.user,
        keys,
        agent,
        password: isTarget && (offer.is === 'all' || offer.is === 'others') ? options.password : undefined,
        isJump: !isTarget,
      }),
      keepalive: options.keepalive ?? KEEPALIVE,
      timeoutMs,
      signal,
    });
  };
  return await openAskingForKeys(open, (options.trustHostKeys ?? []).length > 0);
}

async function readKeys(
  hop: RouteHop,
  offer: Offer,
  agent: SshAgent | undefined,
  { target, deps, options }: HopContext,
): Promise<KeyOffers> {
  if (offer.is === 'nothing') return NO_KEYS;
  if (offer.is === 'this') return { ...NO_KEYS, offers: [offerPanelKey(offer.key)] };
  return readKeyOffers({
    homeDir: deps.homeDir,
    own: offer.is === 'all' ? await readOwnKey(hop, deps.panelKeys) : undefined,
    explicit: target.identityFile,
    configured: hop.identityFiles,
    identitiesOnly: hop.identitiesOnly,
    agent,
    passphrase: options.keyPassphrase,
  });
}

/** A key that cannot be read is no reason not to try the others. */
async function readOwnKey(hop: RouteHop, keys: PanelKeys | undefined): Promise<KeyOffer | AppError | undefined> {
  try {
    const secret = await keys?.find(hop);
    return secret === undefined ? undefined : offerPanelKey(secret);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/**
 * A server has several host keys and presents one. Where the person has named another of them by its fingerprint, the
 * server is asked for its other types, until it presents that one or has no more.
 */
async function openAskingForKeys(
  open: (leftOut: readonly string[]) => Promise<SshConnection>,
  hasFingerprints: boolean,
): Promise<SshConnection> {
  const leftOut: string[] = [];
  let first: AppError | undefined;
  for (;;) {
    try {
      return await open(leftOut);
    } catch (error) {
      // Of the types that are left the server has none: what it presented before is what there is to say.
      if (first !== undefined && isAppError(error, 'host.unreachable')) throw first;
      if (!hasFingerprints || !isAppError(error, 'host.key-unknown')) throw error;
      first ??= error;
      const type = error.details?.['type'];
      if (typeof type !== 'string') throw error;
      leftOut.push(type);
      if (HOST_KEY_TYPES.every((one) => leftOut.includes(one))) throw first;
    }
  }
}
