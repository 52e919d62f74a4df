import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../openclaw/config-document.ts';
import { findWorkspaceDir } from '../../openclaw/workspace-files.ts';
import { hasCode, makePrivateDir, writeFileAtomic } from '../../system/atomic-file.ts';
import type { Workspace } from '../agent/instructions.ts';
import { readConfigText } from './config-file.ts';
import type { LocalLayout } from './local-layout.ts';

export function localWorkspace({ configFile, stateDir }: LocalLayout, home: string): Workspace {
  const findDir = async (): Promise<string> => {
    const text = await readConfigText(configFile);
    return text === undefined
      ? join(stateDir, 'workspace')
      : findWorkspaceDir(parseConfig(text).value, { home, stateDir });
  };
  return {
    facts: [],
    async read(_context, name) {
      try {
        return await readFile(join(await findDir(), name), 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
    async write({ act }, name, text, keepOld) {
      const dir = await findDir();
      const file = join(dir, name);
      await act(`Writing ${name}`, async () => {
        await makePrivateDir(dir);
        if (keepOld) await copyFile(file, `${file}.before-hardshell`);
        await writeFileAtomic(file, text);
      });
    },
  };
}
