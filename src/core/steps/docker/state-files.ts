import { posix } from 'node:path';
import { AppError } from '../../../shared/app-error.ts';
import type { ContainerEngine, FileEntry } from '../../container-engine/container-engine.ts';
import { exec, expectOk, type ExecResult, type Input } from '../../host/exec.ts';
import { query } from '../../host/command.ts';
import { CONTAINER_HOME, CONTAINER_UID, type ContainerLayout } from '../../openclaw/container-layout.ts';

const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** Runs a program beside the gateway, as the account that it runs as. Any exit code is a result. */
export function execInside(
  there: ContainerEngine,
  container: string,
  argv: readonly [string, ...string[]],
  options: {
    readonly signal: AbortSignal;
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
    readonly input?: Input;
  },
): Promise<ExecResult> {
  const { env, ...rest } = options;
  const spawner = {
    spawn: (_command: unknown, spawn: { readonly signal?: AbortSignal } = {}) =>
      there.containers.exec(container, { argv, ...(env === undefined ? {} : { env }) }, spawn),
  };
  return exec(spawner, query(argv), rest);
}

type Owner = Pick<FileEntry, 'uid' | 'gid'>;
/** `node`, in OpenClaw's own image and in ours. */
const NODE: Owner = { uid: CONTAINER_UID, gid: CONTAINER_UID };

/** As its account owns them, closed to others. */
export function privateFile(path: string, text: string, owner: Owner = NODE): FileEntry {
  return { path, mode: 0o600, ...owner, content: Buffer.from(text, 'utf8') };
}

export function privateFolder(path: string): FileEntry {
  return { path, mode: 0o700, ...NODE };
}

/** The folders of the volumes, as OpenClaw wants them: an image that does not bring them leaves a volume to root. */
export function stateFolders({ stateDir, secretsDir }: ContainerLayout): readonly FileEntry[] {
  const below = (path: string): string => posix.relative(CONTAINER_HOME, path);
  return [
    privateFolder(below(stateDir)),
    privateFolder(posix.dirname(below(secretsDir))),
    privateFolder(below(secretsDir)),
  ];
}

/** Undefined where there is no such file, or no container yet to look into. */
export async function readText(
  there: ContainerEngine,
  container: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ((await there.containers.find(container, { signal })) === undefined) return undefined;
  return (await there.containers.readFile(container, path, { signal, maxBytes: MAX_TEXT_BYTES }))?.toString('utf8');
}

/**
 * Replaces a file whole. While the container runs it is written beside and renamed, so that nobody inside reads half of it;
 * one that stands still has no readers.
 */
export async function replaceText(
  there: ContainerEngine,
  container: string,
  path: string,
  text: string,
  options: { readonly keepOld: boolean; readonly signal: AbortSignal; readonly owner?: Owner },
): Promise<void> {
  const { signal, keepOld, owner = NODE } = options;
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  const old = keepOld
    ? await there.containers.readFile(container, path, { signal, maxBytes: MAX_TEXT_BYTES })
    : undefined;
  const kept = old === undefined ? [] : [privateFile(`${name}.before-hardshell`, old.toString('utf8'), owner)];
  const state = (await there.containers.find(container, { signal }))?.state;
  if (state !== 'running') {
    await there.containers.putFiles(container, folder, [...kept, privateFile(name, text, owner)], { signal });
    return;
  }
  const draft = `.${name}.hardshell`;
  await there.containers.putFiles(container, folder, [...kept, privateFile(draft, text, owner)], { signal });
  const moved = await execInside(there, container, ['mv', '-f', posix.join(folder, draft), path], { signal });
  expectOk(moved, `Writing ${name}`);
}

/** @throws AppError `container.gone` */
export async function expectContainer(there: ContainerEngine, container: string, signal: AbortSignal): Promise<void> {
  if ((await there.containers.find(container, { signal })) === undefined) throw new AppError('container.gone');
}
