import type { Readable, Writable } from 'node:stream';
import type { Core } from '../core/index.ts';
import type { BrowserDoor } from '../server/index.ts';
import type { Environment, Settings } from '../native/settings.ts';

export type InterruptSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export type { Environment } from '../native/settings.ts';

/** Standard input; a terminal's has a raw mode, in which keys arrive one by one and are not echoed. */
export type Input = Readable & { setRawMode?(raw: boolean): unknown };

/** Everything that the command line touches of its process: `main.ts` gives the real thing, tests give streams. */
export interface CliIo {
  readonly stdin: Input;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Environment;
  /** Absolute; what relative paths of options are relative to. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly isTty: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Size of the terminal now. */
  readonly columns: () => number;
  readonly rows: () => number;
  readonly onResize: (listener: () => void) => () => void;
  /**
   * Whether the terminal leaves line feeds alone. A raw one of Node.js still makes lines of them, which a remote terminal has
   * done already, and full-screen programs do not expect. Raw mode off puts this back as well.
   */
  readonly setPlainOutput: (plain: boolean) => void;
  /** Returns what takes the listener away again. */
  readonly onSignal: (listener: (signal: InterruptSignal) => void) => () => void;
  /** For errors that nobody caught: they end the call, told like any other. Returns what takes the listener away again. */
  readonly onCrash: (listener: (error: unknown) => void) => () => void;
  readonly nowMs: () => number;
}

/** The product behind the door. */
export interface Product {
  readonly version: string;
  /** Called once a process, by the first command that needs it. @throws AppError */
  readonly openCore: (settings: Settings, log: LogEntry) => Promise<Core>;
  /** The interface for a browser, on a core of its own that ends with it. @throws AppError */
  readonly openDoor: (settings: Settings, log: LogEntry, options: { readonly port?: number }) => Promise<BrowserDoor>;
}

export type LogEntry = (entry: {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}) => void;
