import { change } from '../../host/command.ts';
import { readFile } from '../../host/files.ts';
import type { Host } from '../../host/host.ts';
import { serverEnvironment, type ServerLayout } from '../../openclaw/server-layout.ts';
import type { Room } from './room.ts';

/** As the account that OpenClaw runs as. */
export function createServerRoom(host: Host, layout: ServerLayout): Room {
  const as = { runAs: { user: layout.user }, env: serverEnvironment(layout) } as const;
  return {
    stateDir: layout.stateDir,
    keepDir: layout.backupsDir,
    node: layout.node,
    openclaw: [layout.node, layout.openclaw],
    change: (context, doing, argv, options) =>
      context.change(change(argv, { ...as, slow: true }), { ...options, doing, quiet: true }),
    spawn: (argv, signal) => host.spawn(change(argv, as), { signal }),
    readFile: (context, path) => readFile(context.host, path, { runAs: as.runAs, signal: context.signal }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
