import { isAbsolute, join } from 'node:path';
import { AppError } from '../../../shared/app-error.ts';
import type { SshHop, SshTarget } from '../../../shared/model/target.ts';
import { computeHostSettings, replaceTokens, type HostSettings } from './ssh-config.ts';
import { expandHome, type ConfigLine } from './ssh-config-file.ts';

/** More than anybody has; a configuration that jumps in a circle ends here. */
const MAX_HOPS = 16;

/** One server on the way, with everything that was configured for it filled in. */
export interface RouteHop {
  /** As the person wrote it. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias: string | undefined;
  /** From the configuration, expanded; undefined: the usual names. */
  readonly identityFiles: readonly string[] | undefined;
  readonly identitiesOnly: boolean;
  /** Undefined: the one of this login; `none`: do not ask an agent. */
  readonly agent: string | undefined;
  /** From the configuration, expanded; undefined: the usual files. */
  readonly knownHostsFiles: readonly string[] | undefined;
}

export interface RouteContext {
  readonly config: readonly ConfigLine[];
  readonly homeDir: string;
  readonly localUser: string;
}

/**
 * The servers to pass, the target last. Jumps that the person gave are the whole way; else ProxyJump counts, also that of
 * the first jump itself. Pure.
 */
export function planRoute(target: SshTarget, context: RouteContext): RouteHop[] {
  const settings = settingsFor(target, context);
  const jumps =
    target.jumps.length > 0
      ? target.jumps.map((jump) => buildHop(jump, settingsFor(jump, context), context))
      : planJumps(target.host, settings.proxy, context, 0);
  return [...jumps, buildHop(target, settings, context)];
}

function planJumps(host: string, jumps: HostSettings['proxy'], context: RouteContext, depth: number): RouteHop[] {
  if (jumps === undefined) return [];
  if (jumps === 'command') {
    throw new AppError('usage.invalid', {
      message: `The SSH configuration reaches ${host} by a ProxyCommand, and only ProxyJump is supported.`,
      hint: {
        command: 'Give the way there explicitly with --jump.',
        window: 'Name the servers on the way yourself.',
      },
    });
  }
  if (depth + jumps.length > MAX_HOPS) {
    throw new AppError('usage.invalid', {
      message: 'The ProxyJump settings of the SSH configuration lead in a circle.',
      hint: {
        command: 'Mend them, or give the way explicitly with --jump.',
        window: 'Mend them, or name the servers on the way yourself.',
      },
    });
  }
  const all = jumps.map((jump) => ({ jump, settings: settingsFor(jump, context) }));
  const hops = all.map(({ jump, settings }) => buildHop(jump, settings, context));
  const [first] = all;
  if (first === undefined) return [];
  return [...planJumps(first.jump.host, first.settings.proxy, context, depth + jumps.length), ...hops];
}

function settingsFor(hop: SshHop, { config, localUser }: RouteContext): HostSettings {
  return computeHostSettings(config, { host: hop.host, user: hop.user, localUser });
}

function buildHop(hop: SshHop, settings: HostSettings, context: RouteContext): RouteHop {
  const host = settings.hostName ?? hop.host;
  const port = hop.port ?? settings.port ?? 22;
  const user = hop.user ?? settings.user ?? context.localUser;
  const expand = (path: string): string => {
    const tokens = {
      '%': '%',
      d: context.homeDir,
      h: host,
      n: hop.host,
      p: String(port),
      r: user,
      u: context.localUser,
    };
    const whole = expandHome(replaceTokens(path, tokens), context.homeDir);
    return isAbsolute(whole) ? whole : join(context.homeDir, whole);
  };
  const notNone = (path: string): boolean => path.toLowerCase() !== 'none';
  const agent = settings.identityAgent;
  return {
    alias: hop.host,
    host,
    port,
    user,
    hostKeyAlias: settings.hostKeyAlias,
    identityFiles: settings.identityFiles.length === 0 ? undefined : settings.identityFiles.filter(notNone).map(expand),
    identitiesOnly: settings.identitiesOnly,
    agent:
      agent === undefined || agent === 'SSH_AUTH_SOCK' || agent.startsWith('$')
        ? undefined
        : notNone(agent)
          ? expand(agent)
          : 'none',
    knownHostsFiles: settings.userKnownHostsFiles?.filter(notNone).map(expand),
  };
}
