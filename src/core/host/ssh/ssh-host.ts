import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { AppError } from '../../../shared/app-error.ts';
import { formatHop, type SshTarget } from '../../../shared/model/target.ts';
import { formatCommand, resolveArgv, type Command } from '../command.ts';
import type { Endpoint, Host, HostTraffic, Process, SpawnOptions } from '../host.ts';
import { abortError, raceAbort } from '../abort.ts';
import { openSocketChannel, openTcpChannel } from './channel-open.ts';
import { SessionLimit } from './session-limit.ts';
import { buildSessionStart, type SessionStart } from './session-leader.ts';
import { createSshProcess, type SshProcess } from './ssh-process.ts';
import { openSshWay, type SshDeps, type SshOptions, type SshWay } from './ssh-way.ts';

/** A server may need a moment to see that a session has ended before it opens another. */
const OPEN_AGAIN_MS = 200;
/** How often a session is asked for before the server is taken to mean it. */
const OPEN_TRIES = 6;

/**
 * Opens one connection to a server, through any number of others, each verified before anything is said to it.
 * @throws AppError `host.unreachable`, `host.key-…`, `host.auth-failed`, `host.identity-unusable`, `host.agent-unavailable`,
 * `host.forwarding-denied` (at a jump host), `usage.invalid` (the SSH configuration), or the reason of an aborted signal
 */
export async function openSshHost(target: SshTarget, deps: SshDeps, options: SshOptions = {}): Promise<Host> {
  options.signal?.throwIfAborted();
  return new SshHost(target, await openSshWay(target, deps, options));
}

class SshHost implements Host {
  readonly name: string;
  readonly kind = 'ssh';
  readonly #way: SshWay;
  readonly #sessions = new SessionLimit();
  readonly #processes = new Set<SshProcess>();
  readonly #streams = new Set<Duplex>();
  #traffic: HostTraffic = { roundTrips: 0, changes: 0, slowCalls: 0 };
  #disposal: Promise<void> | undefined;

  constructor(target: SshTarget, way: SshWay) {
    const { user, port } = way.last;
    this.name = `ssh://${formatHop({ host: target.host, user, ...(port === 22 ? {} : { port }) })}`;
    this.#way = way;
  }

  get traffic(): HostTraffic {
    return this.#traffic;
  }

  get closed(): AbortSignal {
    return this.#way.closed;
  }

  get #client(): Client {
    return this.#way.client;
  }

  async spawn(command: Command, options: SpawnOptions = {}): Promise<Process> {
    this.#check(options.signal);
    if (command.runAs !== 'login')
      throw new AppError('host.sudo-missing', { details: { command: formatCommand(command) } });
    this.#traffic = {
      roundTrips: this.#traffic.roundTrips + 1,
      changes: this.#traffic.changes + (command.effect === 'change' ? 1 : 0),
      slowCalls: this.#traffic.slowCalls + (command.slow ? 1 : 0),
    };
    await this.#sessions.enter(options.signal, this.closed);
    const start = buildSessionStart(resolveArgv(command), options.terminal !== undefined);
    const opening = this.#openSession(start, command, options);
    // Whoever stops waiting for the machine's answer leaves nothing behind: `follow` ends what is aborted.
    return raceAbort(opening, [options.signal, this.closed]);
  }

  /** Holds a place of the session limit when it is called; gives it back when it fails. */
  async #openSession(start: SessionStart, command: Command, options: SpawnOptions): Promise<SshProcess> {
    for (let tries = 1; ; tries += 1) {
      try {
        options.signal?.throwIfAborted();
        return await this.#exec(start.text, options, (channel) => this.#follow(channel, start, options));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const isFull = reason.startsWith('(SSH) Channel open failure') && !this.closed.aborted;
        const hasOthers = this.#sessions.open > 1;
        if (isFull && tries > 1 && hasOthers) {
          this.#sessions.lower();
          this.#sessions.leave();
          await this.#sessions.enter(options.signal, this.closed);
        } else if (isFull && tries < OPEN_TRIES) {
          await sleep(OPEN_AGAIN_MS);
        } else {
          this.#sessions.leave();
          throw options.signal?.aborted === true
            ? abortError(options.signal)
            : this.#explainExec(error, reason, command);
        }
      }
    }
  }

  /**
   * A channel is received in the same turn in which the server accepts it: what a short command says, and how it ends, may
   * have arrived along with that already.
   */
  #exec<T>(text: string, { terminal }: SpawnOptions, receive: (channel: ClientChannel) => T): Promise<T> {
    const pty =
      terminal === undefined
        ? {}
        : { pty: { term: 'xterm-256color', cols: terminal.columns, rows: terminal.rows, width: 0, height: 0 } };
    return new Promise((resolve, reject) => {
      this.#client.exec(text, pty, (error, channel) =>
        error === undefined ? resolve(receive(channel)) : reject(error),
      );
    });
  }

  #explainExec(error: unknown, reason: string, command: Command): Error {
    if (this.closed.aborted) return abortError(this.closed);
    if (reason === 'Not connected') return new AppError('host.connection-lost', { cause: error });
    return new AppError('command.failed', {
      message: 'The server refused to start a command.',
      hint: 'Its sshd_config may allow no sessions to this login (MaxSessions, ForceCommand).',
      details: { command: formatCommand(command), reason },
      cause: error,
    });
  }

  #follow(channel: ClientChannel, start: SessionStart, options: SpawnOptions): SshProcess {
    const process = createSshProcess(channel, {
      start,
      runBeside: (text) => this.#runBeside(text),
      signal: options.signal,
      closed: this.closed,
      hasTerminal: options.terminal !== undefined,
    });
    this.#processes.add(process);
    channel.once('close', () => {
      this.#processes.delete(process);
      this.#sessions.leave();
    });
    return process;
  }

  /** In a session beside the limit, which leaves room for it. */
  async #runBeside(text: string): Promise<boolean> {
    try {
      await this.#exec(text, {}, (channel) => {
        channel.resume();
        channel.stderr.resume();
      });
      return true;
    } catch {
      return false;
    }
  }

  async connect(to: Endpoint, options: { readonly signal?: AbortSignal } = {}): Promise<Duplex> {
    this.#check(options.signal);
    this.#traffic = { ...this.#traffic, roundTrips: this.#traffic.roundTrips + 1 };
    const opening = this.#openStream(to, options.signal);
    return raceAbort(opening, [options.signal, this.closed]);
  }

  async #openStream(to: Endpoint, signal: AbortSignal | undefined): Promise<Duplex> {
    const opened =
      'port' in to
        ? await openTcpChannel(this.#client, { host: '127.0.0.1', port: to.port })
        : await openSocketChannel(this.#client, to.socketPath);
    if (opened.is !== 'open') {
      if (this.closed.aborted) throw abortError(this.closed);
      const details = { ...to, reason: opened.reason };
      if (opened.is === 'denied') throw new AppError('host.forwarding-denied', { details });
      if ('port' in to) throw new AppError('host.port-closed', { details });
      // For socket files sshd answers the same in both cases.
      throw new AppError('host.port-closed', {
        message: `Nothing answers on ${to.socketPath} of the machine, or its sshd does not forward socket files.`,
        details,
      });
    }
    const { stream } = opened;
    if (signal?.aborted === true || this.#disposal !== undefined) stream.destroy();
    const onLost = (): void => void stream.destroy(abortError(this.closed));
    this.closed.addEventListener('abort', onLost, { once: true });
    this.#streams.add(stream);
    stream.once('close', () => {
      this.closed.removeEventListener('abort', onLost);
      this.#streams.delete(stream);
    });
    return stream;
  }

  #check(signal: AbortSignal | undefined): void {
    this.closed.throwIfAborted();
    if (this.#disposal !== undefined) throw closedHere();
    signal?.throwIfAborted();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #dispose(): Promise<void> {
    const reason = closedHere();
    for (const stream of this.#streams) stream.destroy(reason);
    if (!this.closed.aborted) await Promise.all([...this.#processes].map((process) => process.end(reason)));
    await this.#way.close();
  }
}

function closedHere(): AppError {
  return new AppError('host.connection-lost', { message: 'The connection to the server was closed.' });
}
