import type { SshTarget } from '../../shared/model/target.ts';
import type { ConnectOptions } from '../api.ts';
import type { CoreDeps } from '../api-deps.ts';
import type { AskFacts } from '../facts/fact.ts';
import { execBatch } from '../host/batch.ts';
import type { Host } from '../host/host.ts';
import { argvFromRoot, probeElevation, withPrivileges } from '../host/privileges.ts';
import { openSshHost } from '../host/ssh/ssh-host.ts';
import type { PanelKeys } from '../host/ssh/panel-key.ts';
import type { SshDeps, SshOptions } from '../host/ssh/ssh-way.ts';
import type { TrustStore } from '../host/ssh/trust-store.ts';

/** Facts come in one batch; no question of ours takes longer on a machine that works. */
const FACTS_TIMEOUT_MS = 60_000;

export interface ServerConnection extends AsyncDisposable {
  /** Commands run as the account they name. */
  readonly host: Host;
  readonly ask: AskFacts;
}

export interface LoginServices {
  readonly deps: CoreDeps;
  readonly trust: TrustStore;
  readonly keyRing: PanelKeys;
}

/** What signing in from here needs to know. */
export function describeSshDeps({ deps, trust, keyRing }: LoginServices): SshDeps {
  return {
    homeDir: deps.homeDir,
    platform: deps.platform,
    localUser: deps.userName,
    trust,
    panelKeys: keyRing,
    ...(deps.sshAgent === undefined ? {} : { sshAgent: deps.sshAgent }),
  };
}

/** What a person has given, for a login. Pure. */
export function describeSshOptions({ secrets = {}, trustHostKeys, signal }: ConnectOptions): SshOptions {
  return {
    ...(secrets.sshPassword === undefined ? {} : { password: secrets.sshPassword }),
    ...(secrets.keyPassphrase === undefined ? {} : { keyPassphrase: secrets.keyPassphrase }),
    ...(trustHostKeys === undefined ? {} : { trustHostKeys }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Signs in and finds out how this login becomes root. */
export async function openServer(
  target: SshTarget,
  services: LoginServices,
  options: ConnectOptions,
): Promise<ServerConnection> {
  const { secrets = {}, signal } = options;
  const raw = await openSshHost(target, describeSshDeps(services), describeSshOptions(options));
  try {
    // A person who signs in with a password has most often the same one for sudo.
    const elevation = await probeElevation(raw, secrets.sudoPassword ?? secrets.sshPassword, signal);
    if (elevation.kind === 'none') throw elevation.error;
    const host = withPrivileges(raw, elevation);
    return { host, ask: createAsk(host, signal), [Symbol.asyncDispose]: () => raw[Symbol.asyncDispose]() };
  } catch (error) {
    await raw[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Questions to a server: one script as root, in which each question runs as the account it names.
 * @param signal of whoever opened the connection: every question ends with it
 */
export function createAsk(host: Host, signal?: AbortSignal): AskFacts {
  return (facts, own) => {
    const limits = [signal, own].filter((one) => one !== undefined);
    return execBatch(
      host,
      facts.map(({ command }) => command),
      {
        runAs: 'root',
        wrap: argvFromRoot,
        timeoutMs: FACTS_TIMEOUT_MS,
        ...(limits.length === 0 ? {} : { signal: AbortSignal.any(limits) }),
      },
    );
  };
}
