import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { AppError } from '../../../shared/app-error.ts';
import { abortError, raceAbort } from '../abort.ts';
import { openTcpChannel, type Opened } from './channel-open.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens a TCP connection.
 * @throws AppError `host.unreachable` with a sentence that names host, port and why
 */
export function dial(to: Address, options: DialOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port, noDelay: true });
    const { signal } = options;
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
    };
    const fail = (error: Error): void => {
      stop();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => {
      if (signal !== undefined) fail(abortError(signal));
    };
    const timer = setTimeout(() => fail(timedOut(to, options.timeoutMs)), options.timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    socket.once('error', (error) => fail(unreachable(to, error)));
    socket.once('connect', () => {
      stop();
      resolve(socket);
    });
  });
}

/** Opens a connection from one server on to the next, which may try for minutes by itself. */
export async function dialThrough(jump: Client, jumpName: string, to: Address, options: DialOptions): Promise<Duplex> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(timedOut(to, options.timeoutMs)), options.timeoutMs);
  const opening = openTcpChannel(jump, to);
  let opened: Opened;
  try {
    opened = await raceAbort(opening, [options.signal, limit.signal]);
  } catch (error) {
    void opening.then((late) => {
      if (late.is === 'open') late.stream.destroy();
    });
    throw error;
  } finally {
    clearTimeout(timer);
  }
  if (opened.is === 'open') return opened.stream;
  const place = `${to.host} port ${to.port}`;
  const details = { host: to.host, port: to.port, through: jumpName, reason: opened.reason };
  throw opened.is === 'denied'
    ? new AppError('host.forwarding-denied', { message: `${jumpName} does not allow to go on to ${place}.`, details })
    : new AppError('host.unreachable', { message: `${place} could not be reached from ${jumpName}.`, details });
}

export function timedOut(to: Address, timeoutMs: number): AppError {
  return new AppError('host.unreachable', {
    message: `${to.host} did not answer on port ${to.port} within ${Math.round(timeoutMs / 1000)} seconds.`,
    details: { host: to.host, port: to.port, timeoutMs },
  });
}

function unreachable(to: Address, error: Error): AppError {
  const code = 'code' in error ? String(error.code) : '';
  return new AppError('host.unreachable', {
    message: explain(to, code),
    details: { host: to.host, port: to.port, reason: code === '' ? error.message : code },
    cause: error,
  });
}

function explain({ host, port }: Address, code: string): string {
  switch (code) {
    case 'ENOTFOUND':
      return `There is no machine with the name ${host}.`;
    case 'EAI_AGAIN':
      return `The name ${host} could not be looked up: the name service does not answer.`;
    case 'ECONNREFUSED':
      return `Nothing listens on port ${port} of ${host}.`;
    case 'ECONNRESET':
      return `${host} cut the connection on port ${port} before it said who it is.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `There is no way through the network to ${host} (port ${port}).`;
    default:
      return `${host} did not answer on port ${port}.`;
  }
}
