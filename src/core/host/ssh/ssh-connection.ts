import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client, type AuthenticationType, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { AppError, isAppError } from '../../../shared/app-error.ts';
import { abortError } from '../abort.ts';
import { settlesWithin } from '../process-ending.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import type { Authentication } from './ssh-auth.ts';
import { timedOut, type Address } from './ssh-dial.ts';

/** How long the last words to a server may take. */
const CLOSE_MS = 1_000;

/** How a silent connection is told from a dead one: asked every `intervalMs`, given up after `count` questions. */
export interface Keepalive {
  readonly intervalMs: number;
  readonly count: number;
}

export interface ConnectionOptions extends Address {
  readonly socket: Duplex;
  readonly user: string;
  readonly check: HostKeyCheck;
  /** Host key types that the server must not present. */
  readonly leftOut: readonly string[];
  readonly authentication: Authentication;
  readonly keepalive: Keepalive;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A connection to one server, signed in. */
export interface SshConnection {
  readonly client: Client;
  /** Aborted when it is gone; the reason is the AppError. */
  readonly closed: AbortSignal;
  close(): Promise<void>;
}

/**
 * Verifies the host key, then signs in. Owns the socket from the start.
 * @throws AppError what `HostKeyCheck.verify` throws, `host.auth-failed`, `host.unreachable`
 */
export async function openSshConnection(options: ConnectionOptions): Promise<SshConnection> {
  const client = new Client();
  const closed = new AbortController();
  const socketClosed = new Promise<void>((resolve) => options.socket.once('close', () => resolve()));
  let lastError: unknown;
  client.on('error', (error) => {
    lastError = error;
    // After the login nothing else tells that the connection cannot be used any more.
    if (isReady) options.socket.destroy();
  });
  let isReady = false;
  const close = async (): Promise<void> => {
    client.end();
    if (options.socket instanceof Socket) options.socket.destroySoon();
    else options.socket.destroy();
    if (!(await settlesWithin(socketClosed, CLOSE_MS))) options.socket.destroy();
    closed.abort(lost(options, 'it was closed here'));
  };
  client.once('end', () => options.socket.destroy());
  client.once('close', () => closed.abort(lost(options, lastError)));
  try {
    options.signal?.throwIfAborted();
    await signIn(client, options);
    isReady = true;
  } catch (error) {
    await close();
    throw error;
  }
  return { client, closed: closed.signal, close };
}

function lost({ host, port }: Address, why: unknown): AppError {
  const reason = why instanceof Error ? why.message : why;
  return new AppError('host.connection-lost', {
    message: `The connection to ${host} was lost.`,
    details: { host, port, ...(typeof reason === 'string' ? { reason } : {}) },
    ...(why instanceof Error ? { cause: why } : {}),
  });
}

function signIn(client: Client, options: ConnectionOptions): Promise<void> {
  const { signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    let isVerified = false;
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      client.removeListener('error', onError);
      client.removeListener('close', onClose);
    };
    const fail = (error: unknown): void => {
      stop();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onAbort = (): void => {
      if (signal !== undefined) fail(abortError(signal));
    };
    const onError = (error: Error): void => {
      // An agent that fails to sign is not the end: the library goes on to what is next.
      if ('level' in error && error.level === 'agent') return;
      fail(explain(error, isVerified, options));
    };
    const onClose = (): void => fail(cutShort(options, isVerified));
    const timer = setTimeout(() => fail(timedOut(options, timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    client.on('error', onError);
    client.once('close', onClose);
    client.once('ready', () => {
      stop();
      resolve();
    });
    client.on('change password', () =>
      fail(
        new AppError('host.auth-failed', {
          message: `The password of ${options.user} on ${options.host} has expired.`,
          hint: 'Log in there once with ssh and set a new one.',
        }),
      ),
    );
    // ssh2 asks again at every new exchange of keys; what it means is the same server, so the same verdict.
    const verify = (blob: Buffer, answer: (valid: boolean) => void): void => {
      const address = options.socket instanceof Socket ? options.socket.remoteAddress : undefined;
      options.check.verify(blob, address).then(
        () => {
          isVerified = true;
          answer(true);
        },
        (error: unknown) => {
          // First the reason, then the refusal: the latter makes an error of its own.
          fail(error);
          answer(false);
        },
      );
    };
    try {
      client.connect(buildConfig(options, verify));
    } catch (error) {
      fail(isAppError(error) ? error : explain(error, isVerified, options));
    }
  });
}

function buildConfig(
  options: ConnectionOptions,
  verify: (blob: Buffer, answer: (valid: boolean) => void) => void,
): ConnectConfig {
  const serverHostKey = options.check.planAlgorithms(options.leftOut) as ServerHostKeyAlgorithm[];
  return {
    sock: options.socket,
    username: options.user,
    hostVerifier: verify,
    algorithms: { serverHostKey },
    // The library takes what is returned as the answer; null is what it passes before the server said anything.
    authHandler: (methodsLeft: AuthenticationType[] | null) => options.authentication.next(methodsLeft),
    readyTimeout: 0,
    keepaliveInterval: options.keepalive.intervalMs,
    keepaliveCountMax: options.keepalive.count,
  };
}

function explain(error: unknown, isVerified: boolean, options: ConnectionOptions): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') return options.authentication.failure(undefined);
  // The server's own goodbye while signing in: too many attempts, an account that is locked, …
  const isGoodbye = error instanceof Error && 'code' in error && typeof error.code === 'number';
  if (isVerified && isGoodbye) return options.authentication.failure(reason);
  const { host, port } = options;
  if (level === 'handshake') {
    return new AppError('host.unreachable', {
      message: `${host} port ${port} and Hardshell have no way to talk SSH with each other.`,
      hint: 'Check that an SSH server of today listens there; the details say what could not be agreed on.',
      details: { host, port, reason },
      cause: error,
    });
  }
  return cutShort(options, isVerified, error);
}

function cutShort({ host, port }: Address, isVerified: boolean, cause?: unknown): AppError {
  const when = isVerified ? 'while signing in' : 'before it said who it is';
  return new AppError('host.unreachable', {
    message: `${host} cut the connection on port ${port} ${when}.`,
    details: { host, port, ...(cause instanceof Error ? { reason: cause.message } : {}) },
    ...(cause === undefined ? {} : { cause }),
  });
}
