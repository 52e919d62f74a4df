import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, isIP } from 'node:net';

/** How long a port that says nothing is waited for: more than any way round the earth takes twice. */
const KNOCK_MS = 3000;
const ANSWER_MS = 8000;
/** Knocked at side by side: enough to be quick, and not so many that somebody takes it for an attack. */
const SIDE_BY_SIDE = 8;

/** What is asked of a machine as everybody could: without a login, from here. */
export interface Outside {
  /** The machine's address or name, as everybody would use it. */
  readonly address: string;
  /** Those of the ports that take a connection. */
  knock(ports: readonly number[], signal: AbortSignal): Promise<ReadonlySet<number>>;
  /** The status of an answer to GET; undefined: none came. With a host it is asked over TLS, by that name. */
  ask(
    to: { readonly port: number; readonly path: string; readonly host?: string },
    signal: AbortSignal,
  ): Promise<number | undefined>;
}

export function createOutside(address: string): Outside {
  return {
    address,
    async knock(ports, signal) {
      const open = new Set<number>();
      const left = [...new Set(ports)];
      const knockOn = async (): Promise<void> => {
        for (let port = left.shift(); port !== undefined; port = left.shift()) {
          if (await isOpen(address, port, signal)) open.add(port);
        }
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, knockOn));
      signal.throwIfAborted();
      return open;
    },
    async ask({ port, path, host }, signal) {
      const status = await readStatus(address, port, path, host, signal);
      signal.throwIfAborted();
      return status;
    },
  };
}

function isOpen(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const settle = (isThere: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isThere);
    };
    const timer = setTimeout(() => settle(false), KNOCK_MS);
    socket.once('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}

/** Only the number is looked at, and nothing secret is sent: who signed the certificate does not matter here. */
function readStatus(
  address: string,
  port: number,
  path: string,
  host: string | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const to = { host: address, port, path, method: 'GET', agent: false, timeout: ANSWER_MS, signal };
  return new Promise((resolve) => {
    const request =
      host === undefined
        ? requestHttp(to)
        : requestHttps({
            ...to,
            headers: { host: isIP(host) === 6 ? `[${host}]` : host },
            rejectUnauthorized: false,
            ...(isIP(host) === 0 ? { servername: host } : {}),
          });
    const settle = (status: number | undefined): void => {
      resolve(status);
      request.destroy();
    };
    request.on('response', ({ statusCode }) => settle(statusCode));
    request.on('timeout', () => settle(undefined));
    request.on('error', () => settle(undefined));
    request.end();
  });
}
