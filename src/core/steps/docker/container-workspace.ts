import { posix } from 'node:path';
import { parseConfig } from '../../openclaw/config-document.ts';
import { CONTAINER_HOME } from '../../openclaw/container-layout.ts';
import { findWorkspaceDir } from '../../openclaw/workspace-files.ts';
import type { Workspace } from '../agent/instructions.ts';
import type { Berth } from './seat.ts';
import { privateFolder, readText, replaceText } from './state-files.ts';

/** The agent's own files, in the volume of its state. */
export function containerWorkspace({ engine, layout }: Berth): Workspace {
  const findDir = async (signal: AbortSignal): Promise<string> => {
    const there = await engine.find(signal);
    const text = there === undefined ? undefined : await readText(there, layout.container, layout.configPath, signal);
    return text === undefined
      ? layout.workspaceDir
      : findWorkspaceDir(parseConfig(text).value, { home: CONTAINER_HOME, stateDir: layout.stateDir });
  };
  return {
    facts: [],
    async read({ signal }, name) {
      const there = await engine.find(signal);
      if (there === undefined) return undefined;
      return readText(there, layout.container, posix.join(await findDir(signal), name), signal);
    },
    async write({ act, signal }, name, text, keepOld) {
      const there = await engine.open(signal);
      const dir = await findDir(signal);
      await act(`Writing ${name}`, async (limit) => {
        const folder = privateFolder(posix.basename(dir));
        await there.containers.putFiles(layout.container, posix.dirname(dir), [folder], { signal: limit });
        await replaceText(there, layout.container, posix.join(dir, name), text, { keepOld, signal: limit });
      });
    },
  };
}
