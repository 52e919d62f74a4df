import { AppError } from '../../../shared/app-error.ts';
import { portSchema, sshHopSchema, type SshHop } from '../../../shared/model/target.ts';
import { matchesPattern } from './known-hosts.ts';
import type { ConfigLine } from './ssh-config-file.ts';

/** What an SSH configuration says about one host. Absent: nothing. */
export interface HostSettings {
  readonly hostName?: string;
  readonly port?: number;
  readonly user?: string;
  readonly hostKeyAlias?: string;
  /** As written, in order; `none` takes away the default names. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** As written: a path, or `none`, or `SSH_AUTH_SOCK`. */
  readonly identityAgent?: string;
  readonly userKnownHostsFiles?: readonly string[];
  /** In the order in which they are passed. `command`: the way there is a program of its own, which is not supported. */
  readonly proxy?: readonly SshHop[] | 'command';
}

export interface HostQuestion {
  /** As the person wrote it. */
  readonly host: string;
  /** Where the person wrote one. */
  readonly user: string | undefined;
  readonly localUser: string;
}

/**
 * What applies to a host: the first value of each setting counts, identity files add up, as in OpenSSH. `Match exec` never
 * applies: reading a configuration runs nothing. Pure.
 * @throws AppError `usage.invalid` where a value makes no sense
 */
export function computeHostSettings(lines: readonly ConfigLine[], question: HostQuestion): HostSettings {
  const settings = new Map<string, readonly string[]>();
  const identityFiles: string[] = [];
  const walk = (block: readonly ConfigLine[]): void => {
    for (const line of block) {
      switch (line.is) {
        case 'setting':
          if (line.keyword === 'identityfile') identityFiles.push(...line.values);
          else if (!settings.has(line.keyword)) settings.set(line.keyword, line.values);
          break;
        case 'host':
          if (matchesList(line.patterns, question.host)) walk(line.lines);
          break;
        case 'match':
          if (line.criteria.every((criterion) => applies(criterion, question, settings))) walk(line.lines);
          break;
        case 'include':
          walk(line.lines);
          break;
      }
    }
  };
  walk(lines);

  const first = (keyword: string): string | undefined => settings.get(keyword)?.[0];
  const hostName = first('hostname');
  const port = first('port');
  const user = first('user');
  const hostKeyAlias = first('hostkeyalias');
  const identityAgent = first('identityagent');
  const knownHosts = settings.get('userknownhostsfile');
  const proxy = parseProxy(first('proxyjump'), first('proxycommand'), settings, question.host);
  return {
    ...(hostName === undefined ? {} : { hostName: replaceTokens(hostName, { '%': '%', h: question.host }) }),
    ...(port === undefined ? {} : { port: parsePort(port, question.host) }),
    ...(user === undefined ? {} : { user }),
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    ...(identityAgent === undefined ? {} : { identityAgent }),
    ...(knownHosts === undefined ? {} : { userKnownHostsFiles: knownHosts }),
    ...(proxy === undefined ? {} : { proxy }),
    identityFiles,
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
  };
}

function matchesList(patterns: readonly string[], text: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, text)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function applies(
  criterion: { readonly keyword: string; readonly value: string },
  question: HostQuestion,
  settings: ReadonlyMap<string, readonly string[]>,
): boolean {
  const negated = criterion.keyword.startsWith('!');
  const keyword = negated ? criterion.keyword.slice(1) : criterion.keyword;
  const matches = (text: string): boolean => matchesList(criterion.value.split(','), text) !== negated;
  switch (keyword) {
    case 'all':
      return !negated;
    case 'host':
      return matches(settings.get('hostname')?.[0] ?? question.host);
    case 'originalhost':
      return matches(question.host);
    case 'user':
      return matches(question.user ?? settings.get('user')?.[0] ?? question.localUser);
    case 'localuser':
      return matches(question.localUser);
    default:
      // exec, canonical, final, …: neither they nor their negation are known to hold.
      return false;
  }
}

/** Replaces `%x` by what is known for `x`. What is not known stays as it is. Pure. */
export function replaceTokens(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replaceAll(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole);
}

function parsePort(text: string, host: string): number {
  const port = portSchema.safeParse(Number(text));
  if (port.success) return port.data;
  throw invalid(host, `Port ${text} is not a port.`);
}

function invalid(host: string, message: string): AppError {
  return new AppError('usage.invalid', {
    message: `The SSH configuration for ${host} cannot be used: ${message}`,
    hint: {
      command: 'Mend it in ~/.ssh/config, or give the way there explicitly with --jump.',
      window: 'Mend it in ~/.ssh/config, or name the servers on the way yourself.',
    },
  });
}

/** Of ProxyJump and ProxyCommand the one that stands first counts, as in OpenSSH. */
function parseProxy(
  jump: string | undefined,
  command: string | undefined,
  settings: ReadonlyMap<string, readonly string[]>,
  host: string,
): readonly SshHop[] | 'command' | undefined {
  const order = [...settings.keys()];
  const commandCounts =
    command !== undefined && (jump === undefined || order.indexOf('proxycommand') < order.indexOf('proxyjump'));
  if (commandCounts) {
    return command.toLowerCase() === 'none' ? undefined : 'command';
  }
  if (jump === undefined || jump.toLowerCase() === 'none') return undefined;
  return jump.split(',').map((text) => {
    const hop = parseHop(text.trim());
    if (hop === undefined) throw invalid(host, `ProxyJump ${text.trim()} is not a host.`);
    return hop;
  });
}

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`; undefined where it is neither. Pure. */
export function parseHop(text: string): SshHop | undefined {
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:@/[\]]+))(?::(\d+))?\/?$/.exec(text);
  if (match === null) return undefined;
  const [, user, bracketed, plain, port] = match;
  const hop = sshHopSchema.safeParse({
    host: bracketed ?? plain,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  });
  return hop.success ? hop.data : undefined;
}
