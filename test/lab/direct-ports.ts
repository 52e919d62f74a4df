import { connect } from 'node:net';
import type { Host } from '../../src/core/host/host.ts';
import { AppError } from '../../src/shared/app-error.ts';

/** The ports of a server as everybody in its network reaches them. */
export function openDirectly(address: string): Pick<Host, 'connect'> {
  return {
    connect: (to) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: address, port: 'port' in to ? to.port : 0 });
        socket.once('connect', () => resolve(socket));
        socket.once('error', () => reject(new AppError('host.port-closed')));
      }),
  };
}
