import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { AppError, toAppError } from '../../shared/app-error.ts';
import { onLines, parseLine } from './json-lines.ts';
import { calls, formatLine, requestSchema, type Handlers, type Method, type SupervisorEvent } from './protocol.ts';

/** A watcher that does not read what it asked for is cut off: events must not pile up in the supervisor's memory. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** How long a door may take to read the last answer that it was given. */
const LAST_ANSWERS_MS = 1_000;

/** Where doors reach a supervisor. Disposing closes it and every connection. */
export interface SupervisorServer extends AsyncDisposable {
  /** Number of doors that are connected. */
  connections(): number;
  /** Tells every connection that watches. */
  tell(event: SupervisorEvent): void;
}

export interface ServerOptions {
  readonly socketPath: string;
  readonly platform: NodeJS.Platform;
  readonly handlers: Handlers;
  /** What a watcher is told first. */
  readonly present: () => readonly SupervisorEvent[];
  readonly onConnectionsChanged: () => void;
}

/**
 * Listens on a socket that this account alone can reach. To be called by whoever holds the supervisor's lock: a socket file
 * that lies there belongs to a dead one.
 */
export async function openServer(options: ServerOptions): Promise<SupervisorServer> {
  const { socketPath, platform, handlers } = options;
  const sockets = new Set<Socket>();
  const watchers = new Set<Socket>();

  const send = (socket: Socket, message: unknown): void => {
    if (socket.destroyed) return;
    socket.write(formatLine(message));
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  };

  const answer = async (socket: Socket, line: string): Promise<void> => {
    const request = requestSchema.safeParse(parseLine(line));
    if (!request.success) {
      socket.destroy();
      return;
    }
    const { id, method } = request.data;
    try {
      const result = await handle(handlers, method, request.data.params);
      send(socket, { id, ok: true, result });
      if (method !== 'watch') return;
      watchers.add(socket);
      for (const event of options.present()) send(socket, { event });
    } catch (error) {
      send(socket, { id, ok: false, error: toAppError(error).toReport() });
    }
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    options.onConnectionsChanged();
    onLines(socket, (line) => void answer(socket, line));
    // A door that dies resets its connection; that is its end and no trouble of ours.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      watchers.delete(socket);
      options.onConnectionsChanged();
    });
  });
  if (platform !== 'win32') await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Its folder is closed to others already: there is no moment in which somebody else could have connected.
  if (platform !== 'win32') await chmod(socketPath, 0o600);

  return {
    connections: () => sockets.size,
    tell(event) {
      for (const socket of watchers) send(socket, { event });
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroySoon();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, LAST_ANSWERS_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

async function handle(handlers: Handlers, method: Method, given: unknown): Promise<unknown> {
  const { params, result } = calls[method];
  const parsed = params.safeParse(given);
  if (!parsed.success)
    throw new AppError('usage.invalid', { message: `The supervisor cannot read this ${method} request.` });
  // Each handler takes what its own schema has just let through; the table's type cannot say that for a method of any name.
  const handler = handlers[method] as (given: unknown) => Promise<unknown>;
  return result.parse(await handler(parsed.data));
}
