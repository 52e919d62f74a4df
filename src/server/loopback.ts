import { createServer, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../shared/app-error.ts';

/** A computer without IPv6 has one such address; nobody else can have the other one either. */
const NO_IPV6: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Disposing lets nobody in any more at the address that the app does not know of. */
export interface Loopback extends Disposable {
  readonly port: number;
}

/**
 * Listens on 127.0.0.1 and ::1 alone, both at one port: a browser that is sent to `localhost` may ask either, and a program of
 * somebody else that held the other one would be handed the one-time address, or a cookie of ours.
 * @throws AppError `usage.invalid` where the port is taken at either
 */
export async function listenOnLoopback(app: FastifyInstance, wanted: number): Promise<Loopback> {
  try {
    await app.listen({ host: '127.0.0.1', port: wanted });
  } catch (cause) {
    throw taken(wanted, cause);
  }
  const { port } = app.server.address() as AddressInfo;
  const beside = createServer((socket) => app.server.emit('connection', socket));
  try {
    await new Promise<void>((resolve, reject) => {
      beside.once('error', reject).listen({ host: '::1', port }, resolve);
    });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && NO_IPV6.has(cause.code))) throw taken(port, cause);
  }
  return {
    port,
    [Symbol.dispose]() {
      // What came in by it is the app's, which ends it.
      beside.close();
    },
  };
}

function taken(port: number, cause: unknown): AppError {
  return new AppError('usage.invalid', {
    message: `Port ${port} of this computer cannot be listened on.`,
    hint: 'Name another one with --port, or leave it out: then any free one is taken.',
    cause,
  });
}
