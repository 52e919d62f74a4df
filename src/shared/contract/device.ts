import { z } from 'zod';
import { deviceIdSchema, deviceListSchema, deviceRequestIdSchema } from '../model/device.ts';
import { instanceIdSchema } from '../model/ids.ts';
import { call, done } from './call.ts';

/*
 * Who may come to a gateway with a key of their own. A new gateway token is a change like others: `change.preview`.
 */

const one = z.strictObject({ instanceId: instanceIdSchema });
const request = one.extend({ requestId: deviceRequestIdSchema });
const device = one.extend({ deviceId: deviceIdSchema });

export const deviceCalls = {
  /** Asked of the gateway: it has to run. */
  'device.list': call(one, deviceListSchema),
  'device.approve': call(request, done),
  'device.reject': call(request, done),
  'device.remove': call(device, done),
  /** What it comes back with is worth nothing from now on. */
  'device.rotate': call(device, done),
} as const;
