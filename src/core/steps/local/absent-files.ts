import { readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Instance } from '../../../shared/model/instance.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { hasCode, writeFileAtomic } from '../../system/atomic-file.ts';
import type { Step } from '../step.ts';
import { formatKept, readKept } from './kept-state.ts';
import type { LocalLayout } from './local-layout.ts';
import { isThere } from './node-runtime.ts';

/** The programs of an instance, and whatever of its folder is not OpenClaw's own state. */
export function absentPackagesStep(layout: LocalLayout): Step {
  const kept = new Set([layout.stateDir, layout.backupsDir, layout.keptFile].map((path) => basename(path)));
  const list = async (): Promise<string[]> => (await listDir(layout.dir)).filter((name) => !kept.has(name));
  return {
    id: 'packages',
    title: 'Remove OpenClaw',
    facts: [],
    timeoutMs: 5 * 60_000,
    async check() {
      const names = await list();
      return names.length === 0
        ? satisfied('nothing of it is installed')
        : needed(`${names.join(', ')} of ${layout.dir}`);
    },
    async apply({ act }) {
      await act(`Removing OpenClaw from ${layout.dir}`, async () => {
        for (const name of await list()) await removeTree(join(layout.dir, name));
      });
    },
  };
}

/** What the instances of this computer share, as far as no other one needs it. */
export function absentRuntimeStep(layout: LocalLayout, readOthers: () => Promise<readonly Instance[]>): Step {
  const listUnused = async (): Promise<string[]> => {
    const others = await readOthers();
    const used = new Set(others.map(({ nodeVersion }) => `node-${nodeVersion}`));
    // What is no Node.js may be the program of the supervisor, which the last of them needs as well.
    const mayGo = (name: string): boolean => others.length === 0 || (name.startsWith('node-') && !used.has(name));
    return (await listDir(layout.runtimeDir)).filter(mayGo);
  };
  return {
    id: 'runtime',
    title: 'Remove the Node.js that no other instance uses',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check() {
      const unused = await listUnused();
      return unused.length === 0 ? satisfied('there is none') : needed(`nothing else uses ${unused.join(', ')}`);
    },
    async apply({ act }) {
      await act(`Removing what nothing uses from ${layout.runtimeDir}`, async () => {
        for (const name of await listUnused()) await removeTree(join(layout.runtimeDir, name));
        if ((await listDir(layout.runtimeDir)).length === 0)
          await rm(layout.runtimeDir, { recursive: true, force: true });
      });
    },
  };
}

/** Configuration, sessions, workspace: kept under the name of the instance for a later deploy, or gone for good. */
export function stateFolderStep(layout: LocalLayout, name: string, purge: boolean): Step {
  return {
    id: 'state',
    title: purge
      ? 'Delete its configuration, conversations and workspace'
      : 'Keep its configuration, conversations and workspace',
    facts: [],
    timeoutMs: 5 * 60_000,
    async check() {
      if (purge)
        return (await isThere(layout.dir))
          ? needed(`${layout.dir} is deleted for good`, 'data-loss')
          : satisfied('there is nothing left');
      if (!(await isThere(layout.stateDir))) return satisfied('there is no state to keep');
      return (await readKept(layout.keptFile))?.name === name
        ? satisfied(`kept in ${layout.stateDir}`)
        : needed(`kept in ${layout.stateDir}`);
    },
    async apply({ act }) {
      if (purge) await act(`Deleting ${layout.dir}`, () => removeTree(layout.dir));
      else await act(`Keeping ${layout.stateDir}`, () => writeFileAtomic(layout.keptFile, formatKept(name)));
    },
  };
}

async function listDir(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Renamed first: what is half gone must not be taken for something that is there. */
async function removeTree(path: string): Promise<void> {
  const doomed = path.endsWith('.removed') ? path : `${path}.removed`;
  if (doomed !== path) {
    await rm(doomed, { recursive: true, force: true });
    await rename(path, doomed).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  }
  await rm(doomed, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
