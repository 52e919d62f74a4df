import type { Readable, Writable } from 'node:stream';
import type { AppError } from '../shared/app-error.ts';
import type { Secret } from '../shared/secret.ts';
import type { LogQuery } from '../shared/model/log.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { Exit, TerminalSize } from './host/host.ts';

export interface InstanceStatus {
  readonly instance: Instance;
  readonly state: 'running' | 'starting' | 'stopped' | 'suspended' | 'failed' | 'unreachable' | 'not-deployed';
  /** In words: what a person needs to know beyond the state. */
  readonly because: string;
  readonly version?: string;
  readonly uptimeMs?: number;
  readonly error?: AppError;
}

/** One look at the machine that an instance lives on. */
export interface MetricSample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of all processors together, 0 to 1. */
  readonly cpu: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
  readonly diskUsedBytes: number;
  readonly diskTotalBytes: number;
}

/** A login shell on the machine, as the account OpenClaw runs as. Disposing ends it. */
export interface ShellSession extends AsyncDisposable {
  readonly output: Readable;
  readonly input: Writable;
  resize(size: TerminalSize): void;
  /** Rejects with the AppError when the way to the machine breaks. */
  readonly ended: Promise<Exit>;
}

/** A port of this computer that leads to the gateway. It stays the same while the way to the machine comes and goes. */
export interface Tunnel extends AsyncDisposable {
  readonly port: number;
  readonly isUp: boolean;
  /** Told of every change of `isUp`. Disposing the result stops the telling. */
  onChange(listener: (isUp: boolean) => void): Disposable;
}

/**
 * The lasting way to one instance, for doors that look at it for long: one SSH connection under everything, opened when it is
 * first needed, opened again (1 s, 2 s, … 30 s) when it breaks, closed when nobody uses it any more. Shared by all who ask for
 * the same instance; disposing gives up this caller's share and what it opened.
 */
export interface InstanceLink extends AsyncDisposable {
  /** Tells at once what is known, then every change: by the gateway's events and its connection, not by asking again and again. */
  onStatus(listener: (status: InstanceStatus) => void): Disposable;
  /** While somebody listens, one small program on the machine tells every five seconds. */
  onSample(listener: (sample: MetricSample) => void): Disposable;
  /**
   * Asks the gateway one question, over one connection for all who ask. The answer is not checked: whoever asks knows its shape.
   * @throws AppError `gateway.rpc` (the gateway's own error), `gateway.unreachable`, `gateway.auth`, `secrets.missing`, `host.*`
   */
  call(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    options?: {
      readonly timeoutMs?: number;
      readonly signal?: AbortSignal;
      /** It changes nothing: where the connection breaks under it, it is asked once more over another. */
      readonly isQuestion?: boolean;
    },
  ): Promise<unknown>;
  /** Of the last day, oldest first. */
  history(): Promise<readonly MetricSample[]>;
  openShell(size: TerminalSize): Promise<ShellSession>;
  /** A line of JSON (`LogEntry`) for each entry of the logs that are wanted, in the order of their times. */
  openLogs(query: LogQuery, signal: AbortSignal): Promise<Readable>;
  /** @param preferredPort of this computer: taken where it is free, so that a page that knows its origin is known again */
  openTunnel(preferredPort?: number): Promise<Tunnel>;
  /** A sign-in address for a browser at this end of `tunnel`; good for one use. */
  buildSignIn(tunnel: Tunnel): Promise<Secret>;
}

export type SecretsBackend = 'keychain' | 'vault-passphrase' | 'vault-keyfile' | 'memory';

/** A Host block of ~/.ssh/config that names one machine. */
export interface SshHost {
  readonly alias: string;
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
}
