import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';
import type { GatewayDevice } from './device-identity.ts';
import { startConnection, unreachable, type Connection, type GatewayEvent } from './gateway-connection.ts';
import {
  buildConnectParams,
  isStartingUp,
  mapCallError,
  mapConnectError,
  parseHello,
  type ClientIdentity,
  type GatewayError,
  type GatewayHello,
} from './gateway-frames.ts';

export interface GatewayClientOptions {
  /** Opens a byte stream to the gateway's port, as `Host.connect` does. Called again when the gateway is still starting. */
  readonly connect: (signal: AbortSignal) => Promise<Duplex>;
  /** The gateway's port on its machine, for the address in the request. */
  readonly port: number;
  readonly token: Secret;
  readonly client: ClientIdentity;
  /** Where the gateway does not see us as local: through the network of a container, say. */
  readonly device?: GatewayDevice;
  /** For everything until the gateway has let us in. Default 15 s. */
  readonly timeoutMs?: number;
  /** Ends the opening, not the client. */
  readonly signal?: AbortSignal;
}

export interface CallOptions {
  /** Default 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** An authenticated connection to a gateway. Disposing closes it and the stream under it. */
export interface GatewayClient extends AsyncDisposable {
  readonly hello: GatewayHello;
  /**
   * Asks one question. The answer is not checked: whoever asks knows its shape.
   * @throws AppError `gateway.rpc` (the gateway's own error), `gateway.unreachable` (lost, or no answer in time)
   */
  call(method: string, params?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<unknown>;
  /** Listeners must not throw. Disposing the result stops the listening. */
  onEvent(listener: (event: GatewayEvent) => void): Disposable;
  /** Aborted when the connection is gone, also by disposal; its reason is an AppError `gateway.unreachable`. */
  readonly closed: AbortSignal;
}

const OPEN_TIMEOUT_MS = 15_000;
const CALL_TIMEOUT_MS = 30_000;
/** Silence that means the gateway is gone: two of the ticks that it promises, as its own clients count. */
const SILENT_TICKS = 2;
const RETRY_STARTING_MS = 250;

/**
 * Connects and signs in; waits while the gateway says that it is still starting.
 * @throws AppError `gateway.unreachable`, `gateway.auth`, `gateway.pairing` (with the
 * `requestId` that is to be approved), `gateway.rpc` (another protocol), or what `connect` throws
 */
export async function openGatewayClient(options: GatewayClientOptions): Promise<GatewayClient> {
  const timeoutMs = options.timeoutMs ?? OPEN_TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  const limit = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  for (;;) {
    try {
      return await openOnce(options, limit);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (deadline.aborted) {
        const last = isAppError(error) ? error.message : undefined;
        throw new AppError('gateway.unreachable', {
          message: last ?? `The gateway did not answer within ${String(timeoutMs / 1000)} s.`,
          cause: error,
        });
      }
      if (!(error instanceof StillStarting)) throw error;
      await wait(error.retryAfterMs, undefined, { signal: limit }).catch(() => undefined);
    }
  }
}

class StillStarting extends Error {
  readonly retryAfterMs: number;

  constructor(error: GatewayError) {
    super(error.message);
    this.retryAfterMs = error.retryAfterMs ?? RETRY_STARTING_MS;
  }
}

async function openOnce(options: GatewayClientOptions, limit: AbortSignal): Promise<GatewayClient> {
  limit.throwIfAborted();
  const stream = await options.connect(limit).catch((error: unknown) => {
    if (isAppError(error, 'host.port-closed')) throw new AppError('gateway.unreachable', { cause: error });
    throw error;
  });
  const connection = startConnection(stream, options.port);
  const cut = (): void => {
    connection.fail(unreachable('The gateway did not answer in time.'));
  };
  limit.addEventListener('abort', cut, { once: true });
  try {
    if (limit.aborted) cut();
    const challenge = await connection.challenged;
    const params = buildConnectParams(options.token, options.client, challenge, options.device);
    const reply = await connection.request('connect', params);
    if (!reply.ok) throw isStartingUp(reply.error) ? new StillStarting(reply.error) : mapConnectError(reply.error);
    const hello = parseHello(reply.payload);
    connection.watch(hello.policy.tickIntervalMs * SILENT_TICKS);
    return createClient(connection, hello);
  } catch (error) {
    connection.fail(unreachable('Signing in failed.'));
    throw error;
  } finally {
    limit.removeEventListener('abort', cut);
  }
}

function createClient(connection: Connection, hello: GatewayHello): GatewayClient {
  return {
    hello,
    closed: connection.closed,
    async call(method, params = {}, { timeoutMs = CALL_TIMEOUT_MS, signal } = {}) {
      const deadline = AbortSignal.timeout(timeoutMs);
      const limit = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      const reply = await connection.request(method, params, limit).catch((error: unknown) => {
        if (error !== deadline.reason) throw error;
        throw unreachable(`The gateway did not answer ${method} within ${String(timeoutMs / 1000)} s.`);
      });
      if (!reply.ok) throw mapCallError(method, reply.error);
      return reply.payload;
    },
    onEvent(listener) {
      connection.listeners.add(listener);
      return { [Symbol.dispose]: () => void connection.listeners.delete(listener) };
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
