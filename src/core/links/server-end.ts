import { createInterface } from 'node:readline';
import { AppError } from '../../shared/app-error.ts';
import type { ShellSession } from '../api-link.ts';
import { query, queryScript } from '../host/command.ts';
import type { Host, TerminalSize } from '../host/host.ts';
import { serverEnvironment, type ServerLayout } from '../openclaw/server-layout.ts';
import type { ServerConnection } from '../places/server-connection.ts';
import { askServerHandOff, lookAtServer, openServerLogs } from '../places/server-control.ts';
import type { LinkEnd } from './link-end.ts';
import { parseReading, READING_END, READING_INTERVAL_S, READINGS_SCRIPT, type Reading } from './metric-reading.ts';

/** A reading has a few lines; what a machine says without end is none. */
const MAX_READING_CHARACTERS = 16 * 1024;

/** An instance on a server, through one connection for everything. */
export function createServerEnd(server: ServerConnection, layout: ServerLayout): LinkEnd {
  const { host } = server;
  return {
    host,
    look: () => lookAtServer(server, layout),
    // systemd would have to be asked by a program that stays there; the gateway's own connection says nearly all of it.
    watchGateway: () => Promise.resolve(),
    readMetrics: (onReading, signal) => readServerMetrics(host, layout.home, onReading, signal),
    openShell: (size) => openServerShell(host, layout, size),
    openLogs: (how, signal) => openServerLogs(host, layout, how, signal),
    askHandOff: (signal) => askServerHandOff(host, layout, signal),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function readServerMetrics(
  host: Host,
  path: string,
  onReading: (reading: Reading) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const child = await host.spawn(queryScript(READINGS_SCRIPT, [path, READING_INTERVAL_S], { env: { LC_ALL: 'C' } }));
  child.stderr.resume();
  const stop = (): void => void child.stdin.end();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  let text = '';
  const lines = createInterface({ input: child.stdout });
  // It passes on the errors of what it reads; here `exit` tells them.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    if (line !== READING_END) {
      text = `${text}${line}\n`.slice(-MAX_READING_CHARACTERS);
      return;
    }
    const reading = parseReading(text);
    text = '';
    if (reading !== undefined && !signal.aborted) onReading(reading);
  });
  try {
    const { code } = await child.exit;
    if (signal.aborted) return;
    throw new AppError('command.failed', {
      message: 'The server does not say how busy it is.',
      details: { exitCode: code },
    });
  } finally {
    signal.removeEventListener('abort', stop);
    lines.close();
  }
}

/** A login shell as the account that OpenClaw runs as, in its home. Who hangs up its terminal ends it. */
async function openServerShell(host: Host, layout: ServerLayout, size: TerminalSize): Promise<ShellSession> {
  const hangUp = new AbortController();
  const child = await host.spawn(
    query(['bash', '-l'], { runAs: { user: layout.user }, env: serverEnvironment(layout) }),
    { terminal: size, signal: hangUp.signal },
  );
  child.stderr.resume();
  const ended = child.exit.catch((error: unknown) => {
    if (hangUp.signal.aborted) return { code: null, signal: 'SIGHUP' };
    throw error;
  });
  ended.catch(() => undefined);
  return {
    output: child.stdout,
    input: child.stdin,
    resize: (wanted) => child.resize?.(wanted),
    ended,
    async [Symbol.asyncDispose]() {
      hangUp.abort(new AppError('host.connection-lost', { message: 'The terminal was closed.' }));
      await ended.catch(() => undefined);
    },
  };
}
