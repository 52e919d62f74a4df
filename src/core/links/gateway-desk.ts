import type { CallOptions, GatewayClient } from '../openclaw/gateway-client.ts';
import { closedHere } from './closed-here.ts';
import type { LinkEnd } from './link-end.ts';
import type { Way } from './way.ts';

export interface GatewayDeskOptions {
  readonly way: Way<LinkEnd>;
  /** Signs in to the gateway at the end of the way. @throws AppError */
  readonly open: (end: LinkEnd, signal: AbortSignal) => Promise<GatewayClient>;
  /** How long a connection that nobody asks anything waits for the next question. */
  readonly idleMs?: number;
}

interface Opened {
  readonly client: GatewayClient;
  /** Keeps the way there open. */
  readonly held: Disposable;
}

export interface DeskCallOptions extends CallOptions {
  /** It changes nothing: where the connection breaks under it, it is asked once more over another. */
  readonly isQuestion?: boolean;
}

const IDLE_MS = 20_000;

/** Asks a gateway now and then: one connection for questions that come close together, none for the long time between. */
export class GatewayDesk implements AsyncDisposable {
  readonly #options: GatewayDeskOptions;
  readonly #stop = new AbortController();
  #opening: Promise<Opened> | undefined;
  #asking = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: GatewayDeskOptions) {
    this.#options = options;
  }

  /** @throws AppError as `GatewayClient.call`, and what opening the way there can throw */
  async call(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    { isQuestion = false, ...options }: DeskCallOptions = {},
  ): Promise<unknown> {
    clearTimeout(this.#idle);
    this.#asking += 1;
    try {
      options.signal?.throwIfAborted();
      const { client } = await this.#open();
      options.signal?.throwIfAborted();
      try {
        return await client.call(method, params, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!isQuestion || !client.closed.aborted) throw error;
        return await (await this.#open()).client.call(method, params, options);
      }
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0)
        this.#idle = setTimeout(() => void this.#close(), this.#options.idleMs ?? IDLE_MS).unref();
    }
  }

  async #open(): Promise<Opened> {
    for (let opening = this.#opening; opening !== undefined; opening = this.#opening) {
      const opened = await opening;
      if (!opened.client.closed.aborted) return opened;
      await this.#close(opening);
    }
    if (this.#stop.signal.aborted) throw closedHere();
    const opening = this.#connect();
    this.#opening = opening;
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  async #connect(): Promise<Opened> {
    const { way, open } = this.#options;
    const held = way.hold();
    try {
      const end = await way.use();
      return { client: await open(end, AbortSignal.any([this.#stop.signal, end.host.closed])), held };
    } catch (error) {
      held[Symbol.dispose]();
      throw error;
    }
  }

  async #close(opening = this.#opening): Promise<void> {
    if (this.#opening === opening) this.#opening = undefined;
    // Why it was not opened is told to who asked.
    const opened = await opening?.catch(() => undefined);
    await opened?.client[Symbol.asyncDispose]();
    opened?.held[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle);
    this.#stop.abort();
    await this.#close();
  }
}
