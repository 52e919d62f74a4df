import { needed, satisfied } from '../../../shared/model/run.ts';
import { fileFact } from '../../facts/file.ts';
import { writeFileCommand } from '../../host/files.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import { officialRegistry } from '../../openclaw/registry.ts';
import type { Step } from '../step.ts';

/** Pure: for every login shell of that one account, whichever POSIX shell it is. */
export function formatProfile(layout: ServerLayout): string {
  return [
    '# Written by Hardshell: node and openclaw for the account that OpenClaw runs as.',
    `if [ "$(id -un)" = ${layout.user} ]; then`,
    `  PATH="${layout.nodeDir}/bin:${layout.npmPrefix}/bin:$PATH"`,
    '  export PATH',
    '  : "${XDG_RUNTIME_DIR:=/run/user/$(id -u)}" && export XDG_RUNTIME_DIR',
    'fi',
    '',
  ].join('\n');
}

/** Pure: npm of that account installs into its own prefix, so that `openclaw update` finds what we installed. */
export function formatNpmrc(layout: ServerLayout, registry: string): string {
  const mirror = registry === officialRegistry ? [] : [`registry=${registry}/`];
  return [`prefix=${layout.npmPrefix}`, ...mirror, ''].join('\n');
}

/** `node` and `openclaw` on the PATH of the account's login shell, and its npm pointed at its own prefix. */
export function loginPathStep(layout: ServerLayout, registry: string): Step {
  const profile = fileFact(layout.profilePath);
  const npmrc = fileFact(layout.npmrcPath);
  const wanted = formatProfile(layout);
  return {
    id: 'login-path',
    title: 'Put node and openclaw on the PATH of the account',
    facts: [profile, npmrc],
    timeoutMs: 30_000,
    async check({ read }) {
      if ((await read(profile))?.text !== wanted) return needed('a login shell would not find node and openclaw');
      // A .npmrc that somebody keeps is theirs; only that there is none is ours to mend.
      if ((await read(npmrc)) === undefined) return needed('npm of the account does not know its prefix');
      return satisfied('a login shell finds node and openclaw');
    },
    async apply({ read, changeOk }) {
      if ((await read(profile))?.text !== wanted) {
        const { command, input } = writeFileCommand(layout.profilePath, wanted, { runAs: 'root', mode: '0644' });
        await changeOk('Writing the PATH of the account', command, { input });
      }
      if ((await read(npmrc)) === undefined) {
        const { command, input } = writeFileCommand(layout.npmrcPath, formatNpmrc(layout, registry), {
          runAs: { user: layout.user },
          mode: '0600',
        });
        await changeOk('Writing the .npmrc of the account', command, { input });
      }
    },
  };
}
