import { isAppError } from '../../../shared/app-error.ts';
import type { SshHost } from '../../api-link.ts';
import type { ConfigLine } from './ssh-config-file.ts';
import { computeHostSettings, type HostSettings } from './ssh-config.ts';

/** The hosts that a configuration names one by one, in their order. Pure. */
export function listConfigHosts(lines: readonly ConfigLine[], localUser: string): SshHost[] {
  return [...new Set(listAliases(lines))].map((alias) => {
    const { hostName, user, port } = settingsOf(lines, alias, localUser);
    return {
      alias,
      ...(hostName === undefined ? {} : { hostName }),
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
    };
  });
}

function listAliases(lines: readonly ConfigLine[]): string[] {
  return lines.flatMap((line) => {
    if (line.is === 'include') return listAliases(line.lines);
    if (line.is !== 'host') return [];
    return [...line.patterns.filter((pattern) => !/[*?!]/.test(pattern)), ...listAliases(line.lines)];
  });
}

/** One host that is written wrongly is offered by its name: whoever chooses it is told what is wrong. */
function settingsOf(
  lines: readonly ConfigLine[],
  host: string,
  localUser: string,
): Pick<HostSettings, 'hostName' | 'user' | 'port'> {
  try {
    return computeHostSettings(lines, { host, user: undefined, localUser });
  } catch (error) {
    if (!isAppError(error, 'usage.invalid')) throw error;
    return {};
  }
}
