import { stat } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { homedir } from 'node:os';
import type { Duplex } from 'node:stream';
import { AppError } from '../../../shared/app-error.ts';
import type { Command } from '../command.ts';
import { formatCommand } from '../command.ts';
import type { Endpoint, Host, HostTraffic, Process, SpawnOptions } from '../host.ts';
import { abortError } from '../abort.ts';
import { spawnLocal, type LocalProcess } from './local-process.ts';

export interface LocalHostOptions {
  readonly signal?: AbortSignal;
  /** The whole environment of its processes. Default: that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** This computer, as the account that Hardshell runs as. */
export async function openLocalHost(options: LocalHostOptions = {}): Promise<Host> {
  options.signal?.throwIfAborted();
  // As ssh does it: a command starts in the home of its account, not wherever Hardshell was started.
  const home = homedir();
  const directory = (await isDirectory(home)) ? home : '/';
  return new LocalHost(directory, options.env);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

class LocalHost implements Host {
  readonly name = 'local';
  readonly kind = 'local';
  readonly #closed = new AbortController();
  readonly #processes = new Set<LocalProcess>();
  readonly #sockets = new Set<Socket>();
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string>> | undefined;
  #traffic: HostTraffic = { roundTrips: 0, changes: 0, slowCalls: 0 };

  constructor(directory: string, env: Readonly<Record<string, string>> | undefined) {
    this.#directory = directory;
    this.#env = env;
  }

  get traffic(): HostTraffic {
    return this.#traffic;
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  async spawn(command: Command, options: SpawnOptions = {}): Promise<Process> {
    this.closed.throwIfAborted();
    options.signal?.throwIfAborted();
    if (command.runAs !== 'login')
      throw new AppError('host.sudo-missing', { details: { command: formatCommand(command) } });
    if (options.terminal !== undefined) {
      throw new AppError('usage.invalid', {
        message: 'A command on this computer cannot be given a terminal of its own.',
        hint: 'Run it in the terminal that you have open.',
      });
    }
    this.#traffic = {
      roundTrips: this.#traffic.roundTrips + 1,
      changes: this.#traffic.changes + (command.effect === 'change' ? 1 : 0),
      slowCalls: this.#traffic.slowCalls + (command.slow ? 1 : 0),
    };
    const started = await spawnLocal(command, {
      directory: this.#directory,
      env: this.#env,
      signal: options.signal,
      platform: process.platform,
    });
    this.#processes.add(started);
    void started.ended.then(() => this.#processes.delete(started));
    // Disposed of while it was starting.
    if (this.closed.aborted) void started.end(abortError(this.closed));
    return started;
  }

  async connect(to: Endpoint, options: { readonly signal?: AbortSignal } = {}): Promise<Duplex> {
    this.closed.throwIfAborted();
    options.signal?.throwIfAborted();
    this.#traffic = { ...this.#traffic, roundTrips: this.#traffic.roundTrips + 1 };
    // Half-closed stays half-closed, as it does over SSH.
    const place = 'port' in to ? { host: '127.0.0.1', port: to.port } : { path: to.socketPath };
    const socket = connectSocket({ ...place, allowHalfOpen: true });
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Whoever reads or writes meets its errors there; nobody else has to.
    socket.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        if (options.signal === undefined) return;
        socket.destroy();
        reject(abortError(options.signal));
      };
      const onError = (error: Error): void => {
        options.signal?.removeEventListener('abort', onAbort);
        reject(new AppError('host.port-closed', { details: { ...to, reason: error.message }, cause: error }));
      };
      options.signal?.addEventListener('abort', onAbort, { once: true });
      socket.once('error', onError);
      socket.once('connect', () => {
        options.signal?.removeEventListener('abort', onAbort);
        socket.removeListener('error', onError);
        resolve();
      });
    });
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.closed.aborted) return;
    this.#closed.abort(new AppError('host.connection-lost', { message: 'The way to this computer was closed.' }));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([...this.#processes].map((process) => process.end(abortError(this.closed))));
  }
}
