import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';

export interface FakeGatewayOptions {
  readonly token: string;
  readonly scopes?: readonly string[];
  /** So many connections are told that the gateway is still starting. */
  readonly startingFor?: number;
  readonly tickIntervalMs?: number;
  /** Present: whoever comes has to be one of these devices, by id, each with the token that it was given. */
  readonly devices?: Map<string, string>;
  /** What methods answer; one that is not here is unknown. `undefined` as the answer: none comes. */
  readonly methods?: Readonly<Record<string, (params: unknown) => unknown>>;
}

export interface FakeGateway extends AsyncDisposable {
  readonly port: number;
  /** The connect requests that came, with their headers. */
  readonly connects: { readonly params: unknown; readonly origin: string | undefined }[];
  /** Sends a frame, or whatever else, to everybody. */
  send(frame: unknown): void;
  /** Breaks every connection. */
  drop(): void;
}

const requestSchema = z.object({ type: z.literal('req'), id: z.string(), method: z.string(), params: z.unknown() });
const connectSchema = z.object({
  minProtocol: z.number(),
  maxProtocol: z.number(),
  client: z.object({ id: z.literal('gateway-client'), mode: z.literal('backend') }),
  auth: z.object({ token: z.string().optional(), deviceToken: z.string().optional() }),
  device: z.object({ id: z.string(), nonce: z.literal('n') }).optional(),
});

/** Speaks the documented frames as openclaw 2026.9.6 was heard to speak them. */
export async function openFakeGateway(options: FakeGatewayOptions): Promise<FakeGateway> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const connects: { params: unknown; origin: string | undefined }[] = [];
  let startingFor = options.startingFor ?? 0;

  const answer = (socket: WebSocket, id: string, payload: unknown): void => {
    socket.send(JSON.stringify({ type: 'res', id, ok: true, payload }));
  };
  const refuse = (socket: WebSocket, id: string, error: unknown, close?: { code: number; reason: string }): void => {
    socket.send(JSON.stringify({ type: 'res', id, ok: false, error }));
    if (close !== undefined) socket.close(close.code, close.reason);
  };
  const admit = (socket: WebSocket, id: string, params: unknown): void => {
    const wanted = connectSchema.parse(params);
    if (wanted.maxProtocol < 4 || wanted.minProtocol > 4) {
      refuse(
        socket,
        id,
        {
          code: 'INVALID_REQUEST',
          message: 'protocol mismatch',
          details: { code: 'PROTOCOL_MISMATCH', expectedProtocol: 4 },
        },
        { code: 1002, reason: 'protocol mismatch' },
      );
    } else if (
      wanted.auth.deviceToken !== undefined &&
      options.devices?.get(wanted.device?.id ?? '') !== wanted.auth.deviceToken
    ) {
      const message = 'unauthorized: device token mismatch (rotate/reissue device token)';
      const details = { code: 'AUTH_DEVICE_TOKEN_MISMATCH', authReason: 'device_token_mismatch' };
      refuse(socket, id, { code: 'INVALID_REQUEST', message, details }, { code: 1008, reason: message });
    } else if (wanted.auth.deviceToken === undefined && wanted.auth.token !== options.token) {
      const message = 'unauthorized: gateway token mismatch (provide gateway auth token)';
      const details = { code: 'AUTH_TOKEN_MISMATCH', authReason: 'token_mismatch' };
      refuse(socket, id, { code: 'INVALID_REQUEST', message, details }, { code: 1008, reason: message });
    } else if (wanted.device !== undefined && options.devices?.has(wanted.device.id) === false) {
      const message = 'pairing required: device is not approved yet';
      const details = { code: 'PAIRING_REQUIRED', reason: 'not-paired', requestId: `request-${wanted.device.id}` };
      refuse(socket, id, { code: 'NOT_PAIRED', message, details }, { code: 1008, reason: message });
    } else if (startingFor > 0) {
      startingFor -= 1;
      const details = { reason: 'startup-sidecars' };
      refuse(
        socket,
        id,
        { code: 'UNAVAILABLE', message: 'gateway starting', details, retryable: true, retryAfterMs: 20 },
        { code: 1013, reason: 'gateway starting' },
      );
    } else {
      answer(socket, id, {
        type: 'hello-ok',
        protocol: 4,
        server: { version: '2026.9.6', buildId: 'fake', bootId: 'fake', connId: 'fake' },
        features: { methods: Object.keys(options.methods ?? {}), events: ['tick', 'health'] },
        snapshot: { uptimeMs: 1000, authMode: 'token' },
        auth: {
          role: 'operator',
          scopes: options.scopes ?? ['operator.admin', 'operator.read'],
          ...(wanted.device === undefined ? {} : { deviceToken: options.devices?.get(wanted.device.id) }),
        },
        policy: { maxPayload: 26214400, maxBufferedBytes: 52428800, tickIntervalMs: options.tickIntervalMs ?? 30_000 },
      });
    }
  };

  sockets.on('connection', (socket, request) => {
    let admitted = false;
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const { id, method, params } = requestSchema.parse(JSON.parse((data as Buffer).toString('utf8')));
      if (!admitted) {
        if (method !== 'connect') return;
        admitted = true;
        connects.push({ params, origin: request.headers.origin });
        admit(socket, id, params);
        return;
      }
      const run = options.methods?.[method];
      if (run === undefined) refuse(socket, id, { code: 'INVALID_REQUEST', message: `unknown method: ${method}` });
      else {
        const payload = run(params);
        if (payload !== undefined) answer(socket, id, payload);
      }
    });
    socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: Date.now() } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    connects,
    send(frame) {
      for (const socket of sockets.clients) socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    },
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
