import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import { query } from '../../host/command.ts';
import { exec } from '../../host/exec.ts';
import { labelNames } from '../../openclaw/container-layout.ts';
import { buildPassingSpec, containerEnvironment } from '../../openclaw/container-spec.ts';
import { expectOurs } from '../docker/network.ts';
import type { Berth } from '../docker/seat.ts';
import { privateFolder, readText, stateFolders } from '../docker/state-files.ts';
import type { Room } from './room.ts';

const KEEP_FOLDER = '.hardshell-backups';
/** Ends by itself, also where nobody is left who would end it. */
const LIFE_SECONDS = 6 * 60 * 60;

/**
 * A container of the same image beside the instance's own, with its volumes and one for backups, without a network: it does
 * its work whether the instance runs, stands still or is frozen. Made when it is first needed, gone when the work is done.
 */
export function createDockerRoom({ layout, engine, labels }: Berth, readImage: () => string): Room {
  const name = layout.backupContainer;
  // Of the same instance, and no gateway: whoever looks for those must not find it.
  const own = { ...labels, [labelNames.role]: 'backup' };
  let opening: Promise<ContainerEngine> | undefined;

  const remove = async (there: ContainerEngine, signal?: AbortSignal): Promise<void> => {
    const options = signal === undefined ? {} : { signal };
    const left = await there.containers.find(name, options);
    if (left === undefined) return;
    expectOurs('container', name, left.labels, labels);
    await there.containers.remove(name, options);
  };
  const make = async (signal: AbortSignal): Promise<ContainerEngine> => {
    const there = await engine.open(signal);
    await remove(there, signal);
    // What was there before an adoption is its owner's: only what Hardshell makes carries its labels.
    const ours = Object.values(layout.mounts).includes(layout.stateVolume) ? Object.values(layout.mounts) : [];
    for (const volume of [...ours, layout.backupsVolume]) {
      const found = await there.volumes.find(volume, { signal });
      if (found !== undefined) expectOurs('volume', volume, found.labels, labels);
      else if (volume === layout.backupsVolume) await there.volumes.create(volume, own, { signal });
    }
    await there.containers.create(
      buildPassingSpec({
        name,
        image: readImage(),
        command: ['sh', '-c', `exec sleep ${String(LIFE_SECONDS)}`],
        env: containerEnvironment(layout),
        user: `${String(layout.uid)}:${String(layout.gid)}`,
        labels: own,
        volumes: { ...layout.mounts, [`${layout.home}/${KEEP_FOLDER}`]: layout.backupsVolume },
      }),
      { signal },
    );
    const keep = { ...privateFolder(KEEP_FOLDER), uid: layout.uid, gid: layout.gid };
    const folders = [...(ours.length > 0 ? stateFolders(layout) : []), keep];
    await there.containers.putFiles(name, layout.home, folders, { signal });
    await there.containers.start(name, { signal });
    return there;
  };
  const open = (signal: AbortSignal): Promise<ContainerEngine> => {
    opening ??= make(signal).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  return {
    stateDir: layout.stateDir,
    keepDir: `${layout.home}/${KEEP_FOLDER}`,
    node: 'node',
    openclaw: layout.program,
    change: ({ act }, doing, argv, options) =>
      act(doing, async (signal) => {
        const there = await open(signal);
        const spawner = {
          spawn: (_command: unknown, spawn: { readonly signal?: AbortSignal } = {}) =>
            there.containers.exec(name, { argv }, spawn),
        };
        return exec(spawner, query(argv), { ...options, signal });
      }),
    async spawn(argv, signal) {
      const there = await open(signal);
      return there.containers.exec(name, { argv }, { signal });
    },
    async readFile({ signal }, path) {
      const there = await engine.find(signal);
      return there === undefined ? undefined : readText(there, layout.container, path, signal);
    },
    async [Symbol.asyncDispose]() {
      // Also when it was cancelled: what is left over would be nobody's. One that cannot be reached now ends by itself.
      const there = await opening?.catch(() => undefined);
      opening = undefined;
      if (there !== undefined) await remove(there).catch(() => undefined);
    },
  };
}
