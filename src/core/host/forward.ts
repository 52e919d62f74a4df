import { createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Endpoint, Host } from './host.ts';

/** A loopback port of this computer that leads to a port of a machine. Disposing closes it and everything that runs through it. */
export interface Forward extends AsyncDisposable {
  readonly port: number;
  /** Rejects with the AppError when the way to the machine breaks for good; pending until then. */
  readonly broken: Promise<never>;
}

/**
 * Listens on 127.0.0.1 alone, and opens a channel for each connection: half-closed streams stay so, and a slow reader holds back
 * the other end.
 * @param localPort 0: any free one
 */
export async function openForward(
  host: Pick<Host, 'connect' | 'closed'>,
  to: Endpoint,
  localPort = 0,
): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // What goes wrong on one connection is told to its own client by closing it.
    socket.on('error', () => socket.destroy());
    host.connect(to).then(
      (channel) => {
        if (socket.destroyed) {
          channel.destroy();
          return;
        }
        pipeline(socket, channel, () => undefined);
        pipeline(channel, socket, () => undefined);
      },
      () => socket.destroy(),
    );
  });
  const port = await listen(server, localPort);
  let fail: (reason: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => (fail = reject));
  // Handed out as `broken`: who asks for it is told, and nobody has to ask.
  broken.catch(() => undefined);
  const onClosed = (): void => {
    fail(host.closed.reason);
  };
  if (host.closed.aborted) onClosed();
  else host.closed.addEventListener('abort', onClosed, { once: true });
  return {
    port,
    broken,
    async [Symbol.asyncDispose]() {
      host.closed.removeEventListener('abort', onClosed);
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
