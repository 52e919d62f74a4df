import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { signChallenge, type Challenge, type GatewayDevice } from './device-identity.ts';

/** The wire version we speak: 2026.9.x (docs/gateway/protocol). */
export const GATEWAY_PROTOCOL = 4;

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  details: z
    .looseObject({
      code: z.string().optional(),
      reason: z.string().optional(),
      requestId: z.string().optional(),
      /** What is wrong with a configuration, setting by setting. */
      issues: z
        .array(z.object({ path: z.string(), message: z.string() }))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
  retryable: z.boolean().optional(),
  retryAfterMs: z.number().optional(),
});
/** An error as the gateway sends it. Its `code` and `details.code` are the contract, its message is for people. */
export type GatewayError = z.infer<typeof errorSchema>;

export const frameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: z.string(), payload: z.unknown().optional() }),
  z.object({
    type: z.literal('res'),
    id: z.string(),
    ok: z.boolean(),
    payload: z.unknown().optional(),
    error: errorSchema.optional(),
  }),
]);

export const helloSchema = z.object({
  type: z.literal('hello-ok'),
  protocol: z.number(),
  server: z.object({ version: z.string(), buildId: z.string().optional(), bootId: z.string().optional() }),
  features: z.object({ methods: z.array(z.string()), events: z.array(z.string()) }),
  snapshot: z.looseObject({ uptimeMs: z.number().optional(), stateDir: z.string().optional() }),
  auth: z.object({
    role: z.string(),
    scopes: z.array(z.string()),
    /** Of a device that is approved: it may come back with this instead of the shared token. */
    deviceToken: z
      .string()
      .min(1)
      .transform((token) => new Secret(token))
      .optional(),
  }),
  policy: z.object({ maxPayload: z.number(), tickIntervalMs: z.number() }),
});
/** What the gateway says of itself to whoever it has let in. */
export type GatewayHello = z.infer<typeof helloSchema>;

/** What a control panel needs; a connection without these can do nothing for us. */
const SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing'] as const;

export interface ClientIdentity {
  readonly version: string;
  readonly platform: NodeJS.Platform;
}

export const challengeSchema = z.object({ nonce: z.string().min(1), ts: z.number() });

/**
 * `gateway-client` in mode `backend` on a direct loopback connection is let in by the token alone: no device, no pairing.
 * Whoever comes from elsewhere also signs what the gateway said first. The names are a closed list of the gateway. Pure.
 */
export function buildConnectParams(
  shared: Secret,
  client: ClientIdentity,
  challenge: Challenge,
  device?: GatewayDevice,
): Readonly<Record<string, unknown>> {
  const { version, platform } = client;
  const asked = {
    clientId: 'gateway-client',
    clientMode: 'backend',
    role: 'operator',
    scopes: SCOPES,
    platform,
  } as const;
  const token = device?.token ?? shared;
  return {
    minProtocol: GATEWAY_PROTOCOL,
    maxProtocol: GATEWAY_PROTOCOL,
    client: { id: asked.clientId, version, platform, mode: asked.clientMode },
    role: asked.role,
    scopes: SCOPES,
    caps: [],
    // A device token in the place of the shared one would count as a wrong guess at that.
    auth: device?.token === undefined ? { token: token.reveal() } : { deviceToken: token.reveal() },
    ...(device === undefined ? {} : { device: signChallenge(device.key, challenge, { ...asked, token }) }),
  };
}

/** @throws AppError `gateway.rpc` where the answer is no hello of our protocol, `gateway.auth` where it gives no rights. Pure. */
export function parseHello(payload: unknown): GatewayHello {
  const hello = helloSchema.safeParse(payload);
  if (!hello.success) {
    throw new AppError('gateway.rpc', {
      message: 'The gateway greeted in a way that Hardshell does not know.',
      details: { reason: z.prettifyError(hello.error) },
    });
  }
  if (!hello.data.auth.scopes.includes('operator.admin')) {
    throw new AppError('gateway.auth', {
      message: 'The gateway let us in without any rights: it does not see the connection as local.',
      hint: 'Something stands between SSH and the gateway; gateway.bind has to be loopback.',
      details: { scopes: hello.data.auth.scopes },
    });
  }
  return hello.data;
}

/** The gateway is still starting: the same again a moment later will do. Pure. */
export function isStartingUp(error: GatewayError): boolean {
  return error.code === 'UNAVAILABLE' && (error.retryable === true || error.details?.reason === 'startup-sidecars');
}

/** Why the gateway did not let us in. Pure. */
export function mapConnectError(error: GatewayError): AppError {
  const code = error.details?.code ?? error.code;
  const details = { code, reason: error.message };
  if (isStartingUp(error)) {
    return new AppError('gateway.unreachable', { message: 'The gateway is still starting.', details });
  }
  if (code === 'PROTOCOL_MISMATCH') {
    return new AppError('gateway.rpc', {
      message: 'This OpenClaw speaks another version of its protocol than Hardshell.',
      hint: 'Update Hardshell, or deploy a version of OpenClaw that it knows.',
      details,
    });
  }
  if (code === 'PAIRING_REQUIRED') {
    const requestId = error.details?.requestId;
    return new AppError('gateway.pairing', { details: requestId === undefined ? details : { ...details, requestId } });
  }
  if (code === 'AUTH_RATE_LIMITED') {
    return new AppError('gateway.auth', {
      message: 'The gateway refuses logins for a while, after too many with a wrong token.',
      hint: 'Wait five minutes, then try again.',
      details,
    });
  }
  const auth = /^(AUTH_|PAIRING_|NOT_PAIRED|DEVICE_|FORBIDDEN|UNAUTHORIZED)/.test(code);
  return new AppError(auth ? 'gateway.auth' : 'gateway.rpc', { details });
}

/** Why a call failed. Pure. */
export function mapCallError(method: string, error: GatewayError): AppError {
  return new AppError('gateway.rpc', {
    message: `The gateway answered ${method} with an error: ${error.message}`,
    details: {
      method,
      code: error.details?.code ?? error.code,
      reason: error.message,
      ...(error.details?.issues === undefined ? {} : { issues: error.details.issues }),
    },
  });
}
