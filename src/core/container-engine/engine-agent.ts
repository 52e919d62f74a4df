import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EngineWay } from './engine-way.ts';

/** What Node's HTTP client calls on a connection and a stream that is no socket does not have. */
const socketCalls = ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'] as const;

/**
 * Gives Node's HTTP client connections that we open: a socket file of this computer, or a channel through SSH. One a request:
 * a kept one may have been closed by a restarted engine in the moment in which it is used again, and a change that fails
 * so cannot be asked for twice.
 */
export class EngineAgent extends Agent {
  readonly #dial: EngineWay['dial'];
  readonly #open = new Set<Duplex>();
  readonly #stop = new AbortController();

  constructor(dial: EngineWay['dial']) {
    super({ keepAlive: false });
    this.#dial = dial;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#open.size;
  }

  override createConnection(
    options: ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    // Node hands on the options of the request: only what becomes a process's own connection asks for an upgrade.
    const isUpgrade = 'Upgrade' in (options.headers ?? {});
    this.#dial(this.#stop.signal, isUpgrade ? 'process' : 'request').then(
      (stream) => {
        this.#keep(stream);
        done?.(null, stream);
      },
      (error: unknown) => {
        // Node looks at the stream only where there is no error.
        done?.(error instanceof Error ? error : new Error(String(error)), undefined as never);
      },
    );
    return undefined;
  }

  #keep(stream: Duplex): void {
    this.#open.add(stream);
    stream.once('close', () => this.#open.delete(stream));
    // Whoever reads or writes meets its errors there.
    stream.on('error', () => undefined);
    for (const call of socketCalls) if (!(call in stream)) Object.assign(stream, { [call]: () => stream });
    if (!('destroySoon' in stream)) {
      Object.assign(stream, { destroySoon: () => void stream.end(() => void stream.destroy()) });
    }
    if (this.#stop.signal.aborted) stream.destroy();
  }

  override destroy(): void {
    this.#stop.abort();
    for (const stream of this.#open) stream.destroy();
    super.destroy();
  }
}
