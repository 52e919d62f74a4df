import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { OpenGateway } from './device-connection.ts';
import { openGatewayClient, type GatewayClient, type GatewayClientOptions } from './gateway-client.ts';

export type { ClientIdentity } from './gateway-frames.ts';

const channelSchema = z.looseObject({
  configured: z.boolean().optional(),
  enabled: z.boolean().optional(),
  running: z.boolean().optional(),
  /** Not every channel says it. */
  connected: z.boolean().optional(),
  lifecycle: z.string().optional(),
  lastError: z.string().nullish(),
});
const healthSchema = z.object({
  ok: z.boolean(),
  plugins: z.object({ errors: z.array(z.unknown()) }).optional(),
  channels: z.record(z.string(), channelSchema.catch({})).default({}),
  configReload: z.object({ hotReloadStatus: z.string() }).optional().catch(undefined),
  modelRuntime: z.object({ degraded: z.boolean() }).optional().catch(undefined),
});

/** How a gateway is, by its own account. */
export interface GatewayHealth {
  readonly ok: boolean;
  readonly version: string;
  /** Absent where the gateway did not say. */
  readonly uptimeMs?: number;
  /** In words: "OpenClaw 2026.9.6, up for 3 h, telegram connected". */
  readonly summary: string;
}

/** @throws AppError `gateway.rpc`, `gateway.unreachable` */
export async function readHealth(client: GatewayClient, signal?: AbortSignal): Promise<GatewayHealth> {
  const payload = await client.call('health', {}, signal === undefined ? {} : { signal });
  const { server, snapshot } = client.hello;
  return parseHealth(payload, server.version, snapshot.uptimeMs);
}

/** Signs in, asks, hangs up. @throws AppError as `openGatewayClient` and `readHealth` */
export async function readGatewayHealth(
  options: GatewayClientOptions,
  open: OpenGateway = openGatewayClient,
): Promise<GatewayHealth> {
  await using client = await open(options);
  return await readHealth(client, options.signal);
}

/** Pure. @throws AppError `gateway.rpc` */
export function parseHealth(payload: unknown, version: string, uptimeMs: number | undefined): GatewayHealth {
  const health = healthSchema.safeParse(payload);
  if (!health.success) {
    throw new AppError('gateway.rpc', {
      message: 'The gateway describes its health in a way that Hardshell does not know.',
      details: { method: 'health', reason: z.prettifyError(health.error) },
    });
  }
  const { ok, plugins, channels, configReload, modelRuntime } = health.data;
  const words = [`OpenClaw ${version}`];
  if (uptimeMs !== undefined) words.push(`up for ${formatDuration(uptimeMs)}`);
  for (const [name, channel] of Object.entries(channels)) {
    if (channel.configured !== false && channel.enabled !== false) words.push(`${name} ${describeChannel(channel)}`);
  }
  const failed = plugins?.errors.length ?? 0;
  if (failed > 0) words.push(failed === 1 ? 'one plugin failed' : `${String(failed)} plugins failed`);
  if (configReload !== undefined && configReload.hotReloadStatus !== 'active')
    words.push('it does not follow changes of openclaw.json');
  if (modelRuntime?.degraded === true) words.push('its models are degraded');
  return { ok, version, summary: words.join(', '), ...(uptimeMs === undefined ? {} : { uptimeMs }) };
}

function describeChannel({ running, connected, lifecycle, lastError }: z.infer<typeof channelSchema>): string {
  if (typeof lastError === 'string' && lastError !== '') return `fails (${lastError})`;
  if (connected ?? running ?? false) return 'connected';
  return lifecycle === 'starting' ? 'connecting' : 'not connected';
}

/** `42 s`, `5 min`, `3 h`, `12 d`: the largest unit that is whole. Pure. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min`;
  if (seconds < 2 * 86_400) return `${String(Math.floor(seconds / 3600))} h`;
  return `${String(Math.floor(seconds / 86_400))} d`;
}
