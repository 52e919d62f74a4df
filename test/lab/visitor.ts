import { request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';

export interface VisitorOptions {
  /** Where every name leads. */
  readonly address: string;
  /** PEM of what signs the certificates that this visitor trusts. */
  readonly trusts: string;
}

/** Somebody on the internet: comes by name, believes only certificates, and has no token unless one is given. */
export interface Visitor {
  /** @throws where the certificate is not to be trusted, or nobody answers */
  get(host: string, path: string, token?: string): Promise<number>;
  /** Open, or refused with a status. */
  openSocket(host: string): Promise<WebSocket | number>;
  /** Whether anybody shows a certificate for that name that is to be trusted. */
  isServed(host: string): Promise<boolean>;
}

export function createVisitor({ address, trusts }: VisitorOptions): Visitor {
  return {
    get: (host, path, token) =>
      new Promise((resolve, reject) => {
        const asked = request({
          host: address,
          servername: host,
          ca: trusts,
          path,
          agent: false,
          timeout: 10_000,
          headers: { host, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        });
        asked.once('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
        asked.once('error', reject);
        asked.end();
      }),
    openSocket: (host) =>
      new Promise((resolve, reject) => {
        const open = (): TLSSocket => connect({ host: address, port: 443, servername: host, ca: trusts });
        const socket = new WebSocket(`wss://${host}/`, { origin: `https://${host}`, createConnection: open });
        socket.once('open', () => resolve(socket));
        socket.once('unexpected-response', (_request, response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
          socket.terminate();
        });
        socket.on('error', reject);
      }),
    isServed: (host) =>
      new Promise((resolve) => {
        const socket = connect({ host: address, port: 443, servername: host, ca: trusts });
        const settle = (isTrusted: boolean): void => {
          socket.destroy();
          resolve(isTrusted);
        };
        socket.once('secureConnect', () => settle(true));
        socket.once('error', () => settle(false));
      }),
  };
}
