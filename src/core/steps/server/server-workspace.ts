import { posix } from 'node:path';
import { fileFact } from '../../facts/file.ts';
import { changeScript } from '../../host/command.ts';
import { writeFileCommand } from '../../host/files.ts';
import { parseConfig } from '../../openclaw/config-document.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import { findWorkspaceDir } from '../../openclaw/workspace-files.ts';
import type { Workspace } from '../agent/instructions.ts';
import type { CheckContext } from '../step.ts';

/** $1 folder, $2 name of a file in it, $3 "keep" leaves the file that is there beside it */
const PREPARE = `set -eu
umask 077
mkdir -p "$1"
[ "$3" != keep ] || cp -p "$1/$2" "$1/$2.before-hardshell"`;

export function serverWorkspace(layout: ServerLayout): Workspace {
  const config = fileFact(layout.configPath);
  const asUser = { runAs: { user: layout.user } } as const;
  const findDir = async ({ read }: CheckContext): Promise<string> => {
    const text = (await read(config))?.text;
    return text === undefined ? layout.workspaceDir : findWorkspaceDir(parseConfig(text).value, layout);
  };
  return {
    // Where the workspace is somewhere else, one more question is asked.
    facts: [config, fileFact(`${layout.workspaceDir}/SOUL.md`), fileFact(`${layout.workspaceDir}/IDENTITY.md`)],
    async read(context, name) {
      return (await context.read(fileFact(posix.join(await findDir(context), name))))?.text;
    },
    async write(context, name, text, keepOld) {
      const dir = await findDir(context);
      const { command, input } = writeFileCommand(posix.join(dir, name), text, { ...asUser, mode: '0600' });
      await context.changeOk('Making the workspace', changeScript(PREPARE, [dir, name, keepOld ? 'keep' : ''], asUser));
      await context.changeOk(`Writing ${name}`, command, { input, quiet: true });
    },
  };
}
