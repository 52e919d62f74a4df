import { posix, win32 } from 'node:path';
import type { InstanceId } from '../../shared/model/ids.ts';
import { layoutData, supervisorSocketPath } from '../system/paths.ts';

/** Where a data folder's supervisor keeps its things. */
export interface SupervisorLayout {
  readonly dir: string;
  /** Held for as long as a supervisor lives. */
  readonly lockFile: string;
  /** Held by the door that starts one, until it answers. */
  readonly startLockFile: string;
  /** Which process listens where. */
  readonly recordFile: string;
  /** Unix socket, or the name of a pipe. */
  readonly socketPath: string;
  readonly logFile: string;
  /** What should run: a file a gateway. */
  readonly gatewaysDir: string;
  /** What does run: a file a process, written by the process itself before it becomes the gateway. */
  processFile(id: InstanceId): string;
}

/** Pure. */
export function layoutSupervisor(dataDir: string, platform: NodeJS.Platform, tmpDir: string): SupervisorLayout {
  const paths = platform === 'win32' ? win32 : posix;
  const join = (...parts: string[]): string => paths.join(...parts);
  const dir = layoutData(dataDir, platform).supervisorDir;
  return {
    dir,
    lockFile: join(dir, 'supervisor.lock'),
    startLockFile: join(dir, 'start.lock'),
    recordFile: join(dir, 'supervisor.json'),
    socketPath: supervisorSocketPath(dataDir, platform, tmpDir),
    logFile: join(dir, 'supervisor.log'),
    gatewaysDir: join(dir, 'gateways'),
    processFile: (id) => join(dir, 'processes', id),
  };
}
