import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { DeviceList, DeviceRequest, PairedDevice } from '../../shared/model/device.ts';

const words = z.array(z.string()).optional().catch(undefined);
const word = z.string().optional().catch(undefined);
const moment = z.number().int().nonnegative().max(8_640_000_000_000_000).optional().catch(undefined);

const describedSchema = z.looseObject({
  deviceId: z.string(),
  operatorLabel: word,
  displayName: word,
  clientId: word,
  platform: word,
  remoteIp: word,
  role: word,
  roles: words,
  scopes: words,
});
const requestSchema = describedSchema.extend({ requestId: z.string(), ts: moment, isRepair: z.boolean().catch(false) });
const tokenSchema = z.looseObject({
  role: z.string(),
  scopes: words,
  lastUsedAtMs: moment,
  revokedAtMs: moment,
});
const pairedSchema = describedSchema.extend({
  approvedAtMs: moment,
  lastSeenAtMs: moment,
  connected: z.boolean().catch(false),
  tokens: z.array(tokenSchema).catch([]),
});
const listSchema = z.object({ pending: z.array(requestSchema), paired: z.array(pairedSchema) });

/** Much longer than any real name, and short enough for a row. */
const MAX_NAME = 120;

/**
 * What `device.pair.list` answered. Names come from whoever asked to be let in: they are cut, and shown as text alone. Pure.
 * @param ownId of this panel, where the gateway knows it as a device
 * @throws AppError `gateway.rpc`
 */
export function parseDevices(answer: unknown, ownId: string | undefined): Omit<DeviceList, 'deeds'> {
  const list = listSchema.safeParse(answer);
  // The answer goes no further: it says more of each device than anybody has to see.
  if (!list.success) {
    throw new AppError('gateway.rpc', {
      message: 'The gateway describes its devices in a way that Hardshell does not know.',
      details: { method: 'device.pair.list', reason: z.prettifyError(list.error) },
    });
  }
  const { pending, paired } = list.data;
  const isKnown = new Set(paired.map(({ deviceId }) => deviceId));
  const requests = [...pending]
    .sort((a, b) => (b.ts ?? 0) - (a.ts ?? 0))
    .map((one): DeviceRequest => ({
      requestId: one.requestId,
      ...describe(one, ownId),
      askedAt: format(one.ts ?? 0),
      isKnown: one.isRepair || isKnown.has(one.deviceId),
    }));
  const devices = paired
    .map((one) => ({ one, seenMs: lastSeen(one) }))
    .sort((a, b) => (b.seenMs ?? 0) - (a.seenMs ?? 0))
    .map(({ one, seenMs }): PairedDevice => ({
      ...describe(one, ownId),
      ...(one.approvedAtMs === undefined ? {} : { pairedAt: format(one.approvedAtMs) }),
      ...(seenMs === undefined ? {} : { seenAt: format(seenMs) }),
      isConnected: one.connected,
      tokens: one.tokens.map(({ role, scopes = [], revokedAtMs }) => ({
        role,
        scopes: shorten(scopes),
        isRevoked: revokedAtMs !== undefined,
      })),
    }));
  return { pending: requests, paired: devices };
}

const format = (ms: number): string => new Date(ms).toISOString();

/** `operator.admin` is `admin` to whoever reads it. */
const shorten = (scopes: readonly string[]): string[] => scopes.map((scope) => scope.replace(/^operator\./, ''));

function lastSeen({ lastSeenAtMs, tokens }: z.infer<typeof pairedSchema>): number | undefined {
  const seen = [lastSeenAtMs, ...tokens.map(({ lastUsedAtMs }) => lastUsedAtMs)].filter((at) => at !== undefined);
  return seen.length === 0 ? undefined : Math.max(...seen);
}

function describe(
  one: z.infer<typeof describedSchema>,
  ownId: string | undefined,
): Omit<DeviceRequest, 'requestId' | 'askedAt' | 'isKnown'> {
  const isOwn = one.deviceId === ownId;
  const said = [one.operatorLabel, one.displayName, one.clientId].map((name) => name?.trim()).find(Boolean);
  const name = isOwn ? 'Hardshell' : (said ?? one.deviceId);
  return {
    deviceId: one.deviceId,
    name: name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name,
    ...(one.platform === undefined ? {} : { platform: one.platform }),
    ...(one.remoteIp === undefined ? {} : { from: one.remoteIp }),
    roles: one.roles ?? (one.role === undefined ? [] : [one.role]),
    scopes: shorten(one.scopes ?? []),
    isOwn,
  };
}
