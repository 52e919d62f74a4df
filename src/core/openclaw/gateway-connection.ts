import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import { AppError } from '../../shared/app-error.ts';
import type { Challenge } from './device-identity.ts';
import { challengeSchema, frameSchema, type GatewayError } from './gateway-frames.ts';

export interface GatewayEvent {
  readonly event: string;
  readonly payload?: unknown;
}

export type Reply =
  { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly error: GatewayError };

/** Frames over one WebSocket, before and after the gateway has let us in. */
export interface Connection {
  readonly listeners: Set<(event: GatewayEvent) => void>;
  /** Its reason is an AppError. */
  readonly closed: AbortSignal;
  /** The gateway speaks first: only then may we. Rejects with the reason of `closed`. */
  readonly challenged: Promise<Challenge>;
  /** Rejects with the reason of `closed` or of the limit. */
  request(method: string, params: Readonly<Record<string, unknown>>, limit?: AbortSignal): Promise<Reply>;
  /** Gives up when nothing at all has come for so long. */
  watch(silenceMs: number): void;
  fail(reason: AppError): void;
  close(): Promise<void>;
}

/** The gateway announces 25 MiB as the largest frame. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;
/** How long a polite goodbye may take before the stream is cut. */
const CLOSE_GRACE_MS = 500;

export function unreachable(message: string, details?: Readonly<Record<string, unknown>>): AppError {
  return new AppError('gateway.unreachable', details === undefined ? { message } : { message, details });
}

/** Takes the stream over: it ends with the connection. */
export function startConnection(stream: Duplex, port: number): Connection {
  const closing = new AbortController();
  const waiting = new Map<string, { resolve: (reply: Reply) => void; reject: (reason: unknown) => void }>();
  const listeners = new Set<(event: GatewayEvent) => void>();
  let lastHeardMs = performance.now();
  let watchdog: NodeJS.Timeout | undefined;
  let nextId = 1;

  // A gateway refuses any Origin but a few; what sends none is taken for a program.
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/`, {
    createConnection: () => stream,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  const fail = (reason: AppError): void => {
    if (closing.signal.aborted) return;
    closing.abort(reason);
    clearTimeout(watchdog);
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    listeners.clear();
    socket.terminate();
    stream.destroy();
  };
  const challenged = new Promise<Challenge>((resolve, reject) => {
    closing.signal.addEventListener('abort', () => {
      reject(closing.signal.reason as AppError);
    });
    listeners.add(function first({ event, payload }) {
      if (event !== 'connect.challenge') return;
      listeners.delete(first);
      const challenge = challengeSchema.safeParse(payload);
      if (challenge.success) resolve(challenge.data);
      else fail(unreachable('The gateway greeted in a way that Hardshell does not know.'));
    });
  });
  challenged.catch(() => undefined);

  const hear = (data: RawData): void => {
    const frame = parseFrame(data);
    if (frame === undefined) fail(unreachable('What answers on the port of the gateway does not speak like one.'));
    else if (frame.type === 'event') for (const listener of listeners) listener(frame);
    else {
      const asked = waiting.get(frame.id);
      waiting.delete(frame.id);
      if (frame.ok) asked?.resolve({ ok: true, payload: frame.payload });
      else asked?.resolve({ ok: false, error: frame.error ?? { code: 'UNKNOWN', message: 'no reason given' } });
    }
  };
  const noteLife = (): void => {
    lastHeardMs = performance.now();
  };
  socket.on('message', (data) => {
    noteLife();
    hear(data);
  });
  socket.on('ping', noteLife);
  socket.on('unexpected-response', (_request, response) => {
    response.destroy();
    fail(unreachable('What answers on the port of the gateway is no gateway.', { status: response.statusCode }));
  });
  socket.on('error', (error) => {
    fail(unreachable('The connection to the gateway broke.', { reason: error.message }));
  });
  socket.on('close', (code, reason) => {
    fail(unreachable('The gateway closed the connection.', { code, reason: reason.toString() }));
  });
  // Whatever it says after we let go of it is no news.
  stream.on('error', () => undefined);

  return {
    listeners,
    closed: closing.signal,
    challenged,
    fail,
    request(method, params, limit) {
      return new Promise<Reply>((resolve, reject) => {
        closing.signal.throwIfAborted();
        limit?.throwIfAborted();
        const id = String(nextId++);
        const giveUp = (): void => {
          waiting.delete(id);
          reject(limit?.reason as Error);
        };
        const settle = <T>(settled: (value: T) => void) => {
          return (value: T): void => {
            limit?.removeEventListener('abort', giveUp);
            settled(value);
          };
        };
        limit?.addEventListener('abort', giveUp, { once: true });
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        socket.send(JSON.stringify({ type: 'req', id, method, params }), (error) => {
          if (error) fail(unreachable('The connection to the gateway broke.', { reason: error.message }));
        });
      });
    },
    watch(silenceMs) {
      const check = (): void => {
        const leftMs = silenceMs - (performance.now() - lastHeardMs);
        if (leftMs <= 0) fail(unreachable(`Nothing came from the gateway for ${String(silenceMs / 1000)} s.`));
        else watchdog = setTimeout(check, leftMs);
      };
      check();
    },
    async close() {
      if (!closing.signal.aborted && socket.readyState === WebSocket.OPEN) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, CLOSE_GRACE_MS);
          socket.once('close', () => {
            clearTimeout(timer);
            resolve();
          });
          socket.close(1000);
        });
      }
      fail(unreachable('The connection was closed.'));
    },
  };
}

function parseFrame(data: RawData): ReturnType<typeof frameSchema.parse> | undefined {
  try {
    // One buffer is ws' default; nothing here asks for another form.
    return frameSchema.safeParse(JSON.parse((data as Buffer).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
