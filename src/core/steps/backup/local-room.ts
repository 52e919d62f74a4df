import { readFile } from 'node:fs/promises';
import { change } from '../../host/command.ts';
import type { Host } from '../../host/host.ts';
import { hasCode } from '../../system/atomic-file.ts';
import { localEnvironment, type LocalLayout } from '../local/local-layout.ts';
import type { Room } from './room.ts';

/** This computer, with the programs of the instance itself. */
export function createLocalRoom(host: Host, layout: LocalLayout): Room {
  const env = localEnvironment(layout);
  return {
    stateDir: layout.stateDir,
    keepDir: layout.backupsDir,
    node: layout.node,
    openclaw: [layout.node, layout.openclaw],
    change: (context, doing, argv, options) =>
      context.change(change(argv, { env, slow: true }), { ...options, doing, quiet: true }),
    spawn: (argv, signal) => host.spawn(change(argv, { env }), { signal }),
    async readFile(_context, path) {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
