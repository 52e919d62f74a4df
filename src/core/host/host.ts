import type { Duplex, Readable, Writable } from 'node:stream';
import type { Command } from './command.ts';

/** How a process ended. Both are null only where the machine did not say (the connection is then lost instead). */
export interface Exit {
  readonly code: number | null;
  /** Name of the signal that ended it: `SIGKILL`, … */
  readonly signal: string | null;
}

/**
 * A process on a machine. The caller owns it: reads or discards both streams (they have back-pressure) and awaits `exit`.
 */
export interface Process {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Settles once, after both streams have ended.
   * @throws AppError `host.connection-lost` when the way to the machine broke: the process may go on there.
   */
  readonly exit: Promise<Exit>;
  /**
   * Asks the machine to signal the process and its group. Best effort over SSH: of what sudo started with a password only the
   * command itself is reached, not what that has started.
   */
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP'): void;
  /** Only for processes with a terminal. */
  resize?(size: TerminalSize): void;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface SpawnOptions {
  /** Aborting kills the process and lets go of its streams; `exit` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Gives the process a terminal of this size; stderr then arrives on stdout. */
  readonly terminal?: TerminalSize;
}

export type Endpoint = { readonly port: number } | { readonly socketPath: string };

/** What a connection has cost so far. */
export interface HostTraffic {
  /** Commands and connections. */
  readonly roundTrips: number;
  readonly changes: number;
  readonly slowCalls: number;
}

/**
 * PORT 1: a machine. Adapters: `local`, `ssh`, and a scripted fake for tests; one contract suite runs against all.
 * `spawn` and `connect` are the primitives; exec, files, forwards and shells are built on them.
 * Disposing closes the way to the machine and everything that was opened through it.
 */
export interface Host extends AsyncDisposable {
  /** `local` or `ssh://user@host:port`: for people and logs. */
  readonly name: string;
  readonly kind: 'local' | 'ssh' | 'fake';
  readonly traffic: HostTraffic;
  /**
   * Starts a command. Resolves when the machine has accepted it. A program that is not there is no exception but an answer,
   * as a shell gives it: 127. The caller's turn in which this resolves is soon enough to listen: nothing is lost before it.
   * @throws AppError `host.connection-lost`, `host.sudo-missing`, `command.failed` (the machine starts no more commands)
   */
  spawn(command: Command, options?: SpawnOptions): Promise<Process>;
  /**
   * Opens a byte stream to a loopback port or a socket file of that machine. The caller ends it.
   * @throws AppError `host.port-closed`, `host.forwarding-denied`, `host.connection-lost`
   */
  connect(to: Endpoint, options?: { readonly signal?: AbortSignal }): Promise<Duplex>;
  /** Aborted when the way to the machine is gone for good; its reason is the AppError. */
  readonly closed: AbortSignal;
}
