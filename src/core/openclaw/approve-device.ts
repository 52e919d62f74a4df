import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { GatewayClient } from './gateway-client.ts';

const listSchema = z.object({
  pending: z.array(z.looseObject({ requestId: z.string(), deviceId: z.string() })),
  paired: z.array(z.looseObject({ deviceId: z.string() })),
});
const approvedSchema = z.object({ device: z.looseObject({ deviceId: z.string() }) });

/**
 * Approves one request, after making sure that it is this device that asks: never another one, never just the latest. Where
 * somebody else of this installation was quicker there is nothing left to do.
 * @param beside a client that the gateway sees as one of its own machine, and so trusts with the shared token alone
 * @throws AppError `gateway.pairing`, or what the client throws
 */
export async function approveDevice(
  beside: Pick<GatewayClient, 'call'>,
  requestId: string,
  deviceId: string,
  signal: AbortSignal,
): Promise<void> {
  const known = listSchema.safeParse(await beside.call('device.pair.list', {}, { signal })).data;
  if (known === undefined) throw strangeAnswer('device.pair.list');
  const request = known.pending.find((pending) => pending.requestId === requestId);
  if (request === undefined) {
    if (known.paired.some((paired) => paired.deviceId === deviceId)) return;
    throw new AppError('gateway.pairing', {
      message: 'The gateway has forgotten our request.',
      details: { requestId },
    });
  }
  if (request.deviceId !== deviceId) {
    throw new AppError('gateway.pairing', {
      message: 'The request that the gateway named is of another device: it was not approved.',
      details: { requestId, deviceId: request.deviceId },
    });
  }
  const approved = approvedSchema.safeParse(await beside.call('device.pair.approve', { requestId }, { signal })).data;
  if (approved?.device.deviceId !== deviceId) throw strangeAnswer('device.pair.approve');
}

/** The answer goes no further: the list of paired devices may hold what is nobody's business. */
function strangeAnswer(method: string): AppError {
  return new AppError('gateway.rpc', {
    message: 'The gateway did not approve this panel as a device.',
    details: { method },
  });
}
