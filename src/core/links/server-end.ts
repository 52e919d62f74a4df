import type { Instance } from '../../shared/model/instance.ts';
import type { ShellSession } from '../api-link.ts';
import { query, queryScript } from '../host/command.ts';
import type { Host, TerminalSize } from '../host/host.ts';
import { layoutRequestLog } from '../ingress/caddy-layout.ts';
import { serverEnvironment, type ServerLayout } from '../openclaw/server-layout.ts';
import type { ServerConnection } from '../places/server-connection.ts';
import { listServerFeeds } from '../places/logs/place-feeds.ts';
import { askServerHandOff, lookAtServer } from '../places/server-control.ts';
import type { LinkEnd } from './link-end.ts';
import { parseReading, READING_END, READING_INTERVAL_S, READINGS_SCRIPT, type Reading } from './metric-reading.ts';
import { readBlocks } from './server-blocks.ts';
import { watchServerUsage } from './server-usage.ts';
import { openTerminalSession } from './terminal-session.ts';

/** An instance on a server, through one connection for everything. */
export function createServerEnd(
  server: ServerConnection,
  layout: ServerLayout,
  instance: Pick<Instance, 'id' | 'name'>,
): LinkEnd {
  const { host } = server;
  const requestFile = layoutRequestLog(instance).file;
  return {
    host,
    look: () => lookAtServer(server, layout),
    // systemd would have to be asked by a program that stays there; the gateway's own connection says nearly all of it.
    watchGateway: () => Promise.resolve(),
    readMetrics: (onReading, signal) => readServerMetrics(host, layout, onReading, signal),
    watchUsage: (wish, onReading, signal) =>
      watchServerUsage(host, layout, { ...wish, requestFile }, onReading, signal),
    openShell: (size) => openServerShell(host, layout, size),
    logFeeds: (current) => listServerFeeds(host, current),
    askHandOff: (signal) => askServerHandOff(host, layout, signal),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** As the account of OpenClaw, whose state may lie on a disk of its own that nobody else can ask about. */
async function readServerMetrics(
  host: Host,
  { stateDir, user }: ServerLayout,
  onReading: (reading: Reading) => void,
  signal: AbortSignal,
): Promise<void> {
  const asked = { runAs: { user }, env: { LC_ALL: 'C' } };
  const script = queryScript(READINGS_SCRIPT, [stateDir, READING_INTERVAL_S], asked);
  const onBlock = (text: string): void => {
    const reading = parseReading(text);
    if (reading !== undefined) onReading(reading);
  };
  await readBlocks(host, script, READING_END, onBlock, signal);
}

/** A login shell as the account that OpenClaw runs as, in its home. Who hangs up its terminal ends it. */
function openServerShell(host: Host, layout: ServerLayout, size: TerminalSize): Promise<ShellSession> {
  return openTerminalSession((signal) =>
    host.spawn(query(['bash', '-l'], { runAs: { user: layout.user }, env: serverEnvironment(layout) }), {
      terminal: size,
      signal,
    }),
  );
}
