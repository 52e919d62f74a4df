import { z } from 'zod';
import { isAppError, toAppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { InstanceStatus } from '../api-link.ts';
import { openGatewayClient, type GatewayClient } from '../openclaw/gateway-client.ts';
import { parseHealth, type ClientIdentity } from '../openclaw/health.ts';
import { describeSilence, noToken, type GatewayLook } from '../places/gateway-look.ts';
import type { LinkEnd } from './link-end.ts';
import { Pulse } from './pulse.ts';
import type { Way, WayState } from './way.ts';

/** A gateway that is well is asked no more often; what happens to it between is told by its events. */
const HEALTH_EVERY_MS = 30_000;
/** Before a gateway that does not run, or not answer, is looked at again; the last one counts for all that follow. */
const LOOK_AFTER_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** One that is starting is about to answer. */
const LOOK_STARTING_MS = 3_000;

export interface StatusWatchOptions {
  readonly way: Way<LinkEnd>;
  /** As its record is now. */
  readonly instance: () => Instance;
  /** Undefined: there is none. */
  readonly readToken: () => Promise<Secret | undefined>;
  readonly client: ClientIdentity;
  readonly tell: (status: InstanceStatus) => void;
}

type Said = Omit<InstanceStatus, 'instance'>;

const shutdownSchema = z.object({ restartExpectedMs: z.number().optional() });

/** Holds the way to an instance and tells how it is, by one connection to its gateway, until disposal. */
export class StatusWatch implements AsyncDisposable {
  readonly #options: StatusWatchOptions;
  readonly #pulse = new Pulse();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: StatusWatchOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Looks now: something was done that the gateway itself may not tell. */
  wake(): void {
    this.#pulse.wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#running;
  }

  #tell(said: Said): void {
    if (!this.#stop.signal.aborted) this.#options.tell({ instance: this.#options.instance(), ...said });
  }

  async #run(): Promise<void> {
    const { way } = this.#options;
    const onWay = (state: WayState<LinkEnd>): void => {
      if (state.is === 'down') this.#tell({ state: 'unreachable', because: state.error.message, error: state.error });
      this.wake();
    };
    const held = way.hold();
    const listening = way.onChange(onWay);
    onWay(way.state);
    while (!this.#stop.signal.aborted) {
      if (way.state.is === 'open') await this.#watchEnd(way.state.end);
      else await this.#pulse.pause();
    }
    listening[Symbol.dispose]();
    held[Symbol.dispose]();
  }

  /** As long as the way stays open. */
  async #watchEnd(end: LinkEnd): Promise<void> {
    const over = AbortSignal.any([this.#stop.signal, end.host.closed]);
    const isOver = (): boolean => over.aborted;
    const leaving = new AbortController();
    const onOver = (): void => {
      leaving.abort();
      this.wake();
    };
    over.addEventListener('abort', onOver, { once: true });
    end.watchGateway(() => this.wake(), leaving.signal).catch(() => undefined);
    let client: Client | undefined;
    let silences = 0;
    try {
      while (!isOver()) {
        const { said, look } = await this.#ask(end, client, over);
        if (said instanceof Client) {
          client = said;
          silences = 0;
          await this.#follow(client, look);
          continue;
        }
        await client?.[Symbol.asyncDispose]();
        client = undefined;
        if (isOver()) break;
        this.#tell({ ...versionOf(look), ...said });
        const pauseMs = LOOK_AFTER_MS[Math.min(silences, LOOK_AFTER_MS.length - 1)] ?? 0;
        silences += 1;
        await this.#pulse.pause(said.state === 'starting' ? Math.min(pauseMs, LOOK_STARTING_MS) : pauseMs);
      }
    } finally {
      over.removeEventListener('abort', onOver);
      leaving.abort();
      await client?.[Symbol.asyncDispose]();
    }
  }

  /** Asks the machine, then the gateway. A client: the gateway is to be followed through it. */
  async #ask(
    end: LinkEnd,
    open: Client | undefined,
    over: AbortSignal,
  ): Promise<{ readonly said: Said | Client; readonly look: GatewayLook | undefined }> {
    let look: GatewayLook | undefined;
    try {
      look = await end.look();
      if (look.down !== undefined) return { said: look.down, look };
      if (open?.gateway.closed.aborted === false) return { said: open, look };
      const token = await this.#options.readToken();
      if (token === undefined) return { said: noToken(), look };
      const { port } = this.#options.instance();
      const gateway = await (end.openGateway ?? openGatewayClient)({
        connect: (signal) => end.host.connect({ port }, { signal }),
        port,
        token,
        client: this.#options.client,
        signal: over,
      });
      return { said: new Client(gateway), look };
    } catch (thrown) {
      return { said: describeSilence(toAppError(thrown), look), look };
    }
  }

  /** Tells what the gateway says, until something happens that the machine has to be asked about. */
  async #follow(client: Client, look: GatewayLook | undefined): Promise<void> {
    const { gateway } = client;
    const isClosed = (): boolean => gateway.closed.aborted;
    const onClosed = (): void => this.wake();
    const events = gateway.onEvent(({ event, payload }) => {
      if (event === 'health') this.#hearHealth(client, payload);
      if (event === 'shutdown') this.#tell({ ...versionOf(look), ...describeShutdown(payload) });
    });
    gateway.closed.addEventListener('abort', onClosed, { once: true });
    try {
      do {
        if (isClosed() || this.#stop.signal.aborted) return;
        try {
          this.#tellHealth(client, await gateway.call('health'));
        } catch (thrown) {
          const error = toAppError(thrown);
          if (!isClosed()) this.#tell({ ...versionOf(look), ...describeSilence(error, look) });
        }
      } while ((await this.#pulse.pause(HEALTH_EVERY_MS)) === 'over');
    } finally {
      events[Symbol.dispose]();
      gateway.closed.removeEventListener('abort', onClosed);
    }
  }

  /** What it says unasked and we do not understand is left alone: it is asked again soon. */
  #hearHealth(client: Client, payload: unknown): void {
    try {
      this.#tellHealth(client, payload);
    } catch (error) {
      if (!isAppError(error, 'gateway.rpc')) throw error;
    }
  }

  #tellHealth(client: Client, payload: unknown): void {
    const { server } = client.gateway.hello;
    const { summary, version, uptimeMs } = parseHealth(payload, server.version, client.uptimeMs());
    this.#tell({
      state: 'running',
      because: summary,
      version,
      ...(uptimeMs === undefined ? {} : { uptimeMs }),
    });
  }
}

/** A connection to the gateway that knows how long the gateway has been up. */
class Client implements AsyncDisposable {
  readonly gateway: GatewayClient;
  readonly #openedAtMs = performance.now();

  constructor(gateway: GatewayClient) {
    this.gateway = gateway;
  }

  uptimeMs(): number | undefined {
    const { uptimeMs } = this.gateway.hello.snapshot;
    return uptimeMs === undefined ? undefined : uptimeMs + Math.round(performance.now() - this.#openedAtMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
  }
}

function versionOf(look: GatewayLook | undefined): { readonly version?: string } {
  return look?.version === undefined ? {} : { version: look.version };
}

/** Pure. */
function describeShutdown(payload: unknown): Said {
  const restarts = shutdownSchema.safeParse(payload).data?.restartExpectedMs !== undefined;
  return restarts
    ? { state: 'starting', because: 'the gateway is restarting' }
    : { state: 'stopped', because: 'the gateway is shutting down' };
}
