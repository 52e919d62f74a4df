import { chmod, lstat } from 'node:fs/promises';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { makePrivateDir, PRIVATE_DIR } from '../../system/atomic-file.ts';
import type { Step } from '../step.ts';
import { forgetKept } from './kept-state.ts';
import type { LocalLayout } from './local-layout.ts';
import { isThere } from './node-runtime.ts';

/** The folders of an instance, for this account alone. State that a removal has kept is taken up again. */
export function instanceFolderStep(layout: LocalLayout): Step {
  const { dir, stateDir, logsDir, keptFile, platform } = layout;
  const folders = [dir, stateDir, logsDir];
  return {
    id: 'folder',
    title: 'Make the folder of the instance',
    facts: [],
    timeoutMs: 30_000,
    async check() {
      if (await isThere(keptFile)) return needed(`the state kept in ${stateDir} is taken up again`);
      for (const folder of folders) {
        const problem = await findProblem(folder, platform);
        if (problem !== undefined) return needed(problem);
      }
      return satisfied(`its folder is ${dir}`);
    },
    async apply({ act }) {
      await act(`Making ${dir}`, async () => {
        for (const folder of folders) {
          await makePrivateDir(folder);
          await chmod(folder, PRIVATE_DIR);
        }
        await forgetKept(keptFile);
      });
    },
  };
}

async function findProblem(folder: string, platform: NodeJS.Platform): Promise<string | undefined> {
  if (!(await isThere(folder))) return `${folder} is missing`;
  const found = await lstat(folder);
  if (!found.isDirectory())
    throw new AppError('state.unsafe', { message: `${folder} is no folder.`, details: { path: folder } });
  return platform !== 'win32' && (found.mode & 0o077) !== 0 ? `others can enter ${folder}` : undefined;
}
