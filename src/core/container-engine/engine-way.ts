import type { Duplex } from 'node:stream';
import type { EngineOptions } from './container-engine.ts';

/** How bytes get to an engine and to the ports of its machine: what differs between here and a server. */
export interface EngineWay extends AsyncDisposable {
  /** For people and logs. */
  readonly name: string;
  /** Aborted when the way is gone for good; its reason is the AppError. */
  readonly closed: AbortSignal;
  /** A new stream to the engine's API. For a process in a container it has to stay open when one side has ended. */
  dial(signal: AbortSignal, use: 'request' | 'process'): Promise<Duplex>;
  /** A new stream to a port of 127.0.0.1 of the engine's machine. */
  connect(port: number, options?: EngineOptions): Promise<Duplex>;
}
