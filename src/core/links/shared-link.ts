import type { Duplex, Readable } from 'node:stream';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { LogQuery } from '../../shared/model/log.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { findServer } from '../../shared/model/target.ts';
import type { Secret } from '../../shared/secret.ts';
import type { InstanceStatus, MetricSample, ShellSession, Tunnel } from '../api-link.ts';
import { openForward, type Forward } from '../host/forward.ts';
import type { Endpoint, TerminalSize } from '../host/host.ts';
import type { ClientIdentity } from '../openclaw/health.ts';
import { buildSignInUrl } from '../openclaw/sign-in.ts';
import { sayIfSuspended } from '../openclaw/suspension.ts';
import type { LogFeed } from '../places/logs/log-feed.ts';
import { hasCode } from '../system/atomic-file.ts';
import { openGatewayClient, type GatewayClient } from '../openclaw/gateway-client.ts';
import { GatewayDesk, type DeskCallOptions } from './gateway-desk.ts';
import type { History } from './history.ts';
import { EndReader } from './end-reader.ts';
import type { LinkEnd } from './link-end.ts';
import { watchMetrics } from './metric-watch.ts';
import { StatusWatch } from './status-watch.ts';
import type { UsageReading, UsageWish } from './usage-reading.ts';
import { Way } from './way.ts';

export interface SharedLinkOptions {
  readonly instance: Instance;
  readonly openEnd: (instance: Instance, signal: AbortSignal) => Promise<LinkEnd>;
  /** Undefined: it was removed. */
  readonly readInstance: () => Promise<Instance | undefined>;
  readonly readToken: (instance: Instance) => Promise<Secret | undefined>;
  readonly history: History;
  readonly openLogs: (
    instance: Instance,
    feeds: readonly LogFeed[],
    query: LogQuery,
    signal: AbortSignal,
  ) => Promise<Readable>;
  readonly client: ClientIdentity;
  readonly now: () => number;
  readonly onProblem: (error: AppError) => void;
}

/** What all links to one instance have in common: the way there, and one watch for all who look. */
export class SharedLink implements AsyncDisposable {
  readonly way: Way<LinkEnd>;
  readonly #desk: GatewayDesk;
  readonly #options: SharedLinkOptions;
  readonly #stop = new AbortController();
  readonly #onStatus = new Set<(status: InstanceStatus) => void>();
  readonly #onSample = new Set<(sample: MetricSample) => void>();
  readonly #closing = new Set<Promise<void>>();
  #instance: Instance;
  #status: InstanceStatus | undefined;
  #statusWatch: StatusWatch | undefined;
  #metricWatch: AsyncDisposable | undefined;

  constructor(options: SharedLinkOptions) {
    this.#options = options;
    this.#instance = options.instance;
    this.way = new Way({
      open: async (signal) => options.openEnd(await this.#refreshed(), signal),
    });
    this.#desk = new GatewayDesk({ way: this.way, open: (end, signal) => this.#signIn(end, signal) });
  }

  /** Asks the gateway. @throws AppError as `GatewayClient.call`, `secrets.missing`, and why the way there cannot be opened */
  call(method: string, params?: Readonly<Record<string, unknown>>, options?: DeskCallOptions): Promise<unknown> {
    return this.#desk.call(method, params, options);
  }

  async #signIn(end: LinkEnd, signal: AbortSignal): Promise<GatewayClient> {
    const { port } = this.#instance;
    const token = await this.#options.readToken(this.#instance);
    if (token === undefined) throw new AppError('secrets.missing');
    const connect = (limit: AbortSignal): Promise<Duplex> => end.host.connect({ port }, { signal: limit });
    const { client } = this.#options;
    return (end.openGateway ?? openGatewayClient)({ connect, port, token, client, signal });
  }

  /** The record may be another one, or the gateway was started or stopped: looks again where somebody watches. */
  async refresh(): Promise<void> {
    await this.#refreshed();
    this.#statusWatch?.wake();
  }

  async #refreshed(): Promise<Instance> {
    const instance = await this.#options.readInstance();
    if (instance === undefined) throw new AppError('instance.unknown');
    this.#instance = instance;
    return instance;
  }

  onStatus(listener: (status: InstanceStatus) => void): Disposable {
    this.#onStatus.add(listener);
    if (this.#status !== undefined) listener(this.#status);
    if (this.#statusWatch !== undefined) this.way.retry();
    this.#statusWatch ??= new StatusWatch({
      way: this.way,
      instance: () => this.#instance,
      readToken: () => this.#options.readToken(this.#instance),
      client: this.#options.client,
      tell: (status) => this.#tellStatus(sayIfSuspended(status)),
    });
    return {
      [Symbol.dispose]: () => {
        this.#onStatus.delete(listener);
        if (this.#onStatus.size > 0 || this.#statusWatch === undefined) return;
        this.#close(this.#statusWatch);
        this.#statusWatch = undefined;
        // What nobody watches may be otherwise by the time somebody asks.
        this.#status = undefined;
      },
    };
  }

  #tellStatus(status: InstanceStatus): void {
    const isNews = this.#status === undefined || describe(status) !== describe(this.#status);
    this.#status = status;
    if (isNews) for (const listener of [...this.#onStatus]) listener(status);
  }

  onSample(listener: (sample: MetricSample) => void): Disposable {
    this.#onSample.add(listener);
    this.#metricWatch ??= watchMetrics({
      way: this.way,
      now: this.#options.now,
      tell: (sample) => {
        this.#options.history.add(sample).catch((error: unknown) => this.#options.onProblem(toAppError(error)));
        for (const each of [...this.#onSample]) each(sample);
      },
    });
    return {
      [Symbol.dispose]: () => {
        this.#onSample.delete(listener);
        if (this.#onSample.size > 0 || this.#metricWatch === undefined) return;
        this.#close(this.#metricWatch);
        this.#metricWatch = undefined;
      },
    };
  }

  /** Holds the way there and looks at what the instance takes, until disposal. */
  watchUsage(wish: UsageWish, onReading: (reading: UsageReading) => void): AsyncDisposable {
    return new EndReader({
      way: this.way,
      read: (end, signal) =>
        end.watchUsage(wish, (reading) => (signal.aborted ? undefined : onReading(reading)), signal),
    });
  }

  history(): Promise<readonly MetricSample[]> {
    return this.#options.history.read();
  }

  async openShell(size: TerminalSize): Promise<ShellSession> {
    const held = this.way.hold();
    try {
      const shell = await (await this.way.use()).openShell(size);
      const release = (): void => held[Symbol.dispose]();
      shell.ended.then(release, release);
      return shell;
    } catch (error) {
      held[Symbol.dispose]();
      throw error;
    }
  }

  async openLogs(query: LogQuery, signal: AbortSignal): Promise<Readable> {
    const held = this.way.hold();
    const leaving = new AbortController();
    try {
      const end = await this.way.use();
      const instance = await this.#refreshed();
      const limit = AbortSignal.any([signal, leaving.signal]);
      const lines = await this.#options.openLogs(instance, end.logFeeds(instance), query, limit);
      lines.once('close', () => {
        // Whoever lets go of the lines before their end wants no more of them either.
        leaving.abort();
        held[Symbol.dispose]();
      });
      return lines;
    } catch (error) {
      held[Symbol.dispose]();
      throw error;
    }
  }

  async openTunnel(preferredPort?: number): Promise<Tunnel> {
    const { target, port } = this.#instance;
    if (findServer(target) === undefined) return openNoTunnel(port);
    const { way } = this;
    const held = way.hold();
    const isUp = (): boolean => way.state.is === 'open';
    const ways = {
      connect: async (to: Endpoint, options?: { readonly signal?: AbortSignal }): Promise<Duplex> => {
        // Pages ask again and again: what they ask for is no reason to hurry the next try of signing in.
        if (way.state.is === 'down') throw way.state.error;
        return (await way.use()).host.connect(to, options);
      },
      closed: this.#stop.signal,
    };
    const forward = await openForwardNear(ways, { port }, preferredPort).catch((error: unknown) => {
      held[Symbol.dispose]();
      throw error;
    });
    return {
      port: forward.port,
      get isUp() {
        return isUp();
      },
      onChange: (listener) => {
        let told = isUp();
        return way.onChange(() => {
          if (isUp() === told) return;
          told = isUp();
          listener(told);
        });
      },
      async [Symbol.asyncDispose]() {
        held[Symbol.dispose]();
        await forward[Symbol.asyncDispose]();
      },
    };
  }

  async buildSignIn(tunnel: Tunnel): Promise<Secret> {
    const held = this.way.hold();
    try {
      const end = await this.way.use();
      const signal = AbortSignal.any([this.#stop.signal, end.host.closed]);
      // What others have configured names no more than its own port, also on this computer.
      const isForeign = this.#instance.adopted !== undefined;
      if (isForeign || findServer(this.#instance.target) !== undefined) await end.admitOrigin?.(tunnel.port, signal);
      const handOff = await end.askHandOff(signal);
      return buildSignInUrl(handOff, `http://127.0.0.1:${String(tunnel.port)}`);
    } finally {
      held[Symbol.dispose]();
    }
  }

  #close(watch: AsyncDisposable): void {
    const closing = Promise.resolve(watch[Symbol.asyncDispose]());
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#onStatus.clear();
    this.#onSample.clear();
    if (this.#statusWatch !== undefined) this.#close(this.#statusWatch);
    if (this.#metricWatch !== undefined) this.#close(this.#metricWatch);
    await Promise.all(this.#closing);
    await this.#desk[Symbol.asyncDispose]();
    await this.way[Symbol.asyncDispose]();
  }
}

/** On the port that is preferred where that is free, else on any. */
async function openForwardNear(
  host: Parameters<typeof openForward>[0],
  to: Endpoint,
  preferredPort: number | undefined,
): Promise<Forward> {
  if (preferredPort !== undefined) {
    try {
      return await openForward(host, to, preferredPort);
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE', 'EACCES')) throw error;
    }
  }
  return openForward(host, to);
}

/** On this computer the gateway's own port is the way there. */
function openNoTunnel(port: number): Tunnel {
  return {
    port,
    isUp: true,
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What of a status is news: that it has been up a little longer is not. */
function describe({ state, because, version, error, instance }: InstanceStatus): string {
  return JSON.stringify([state, because, version, error?.code, error?.message, instance]);
}
