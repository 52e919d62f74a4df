import type { deviceCalls } from '../../shared/contract/device.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { CallContext, Handlers } from '../context.ts';

const findName = async (instanceId: InstanceId, { panel }: CallContext): Promise<string> =>
  (await panel.find(instanceId)).name;

export const deviceHandlers: Handlers<keyof typeof deviceCalls> = {
  'device.list': async ({ instanceId }, context) => {
    const { panel, session } = context;
    return panel.core.devices.list(await findName(instanceId, context), { signal: session.signal });
  },
  // What a person has decided is not taken back by the page that goes.
  'device.approve': async ({ instanceId, requestId }, context) => {
    await context.panel.core.devices.approve(await findName(instanceId, context), requestId);
    return null;
  },
  'device.reject': async ({ instanceId, requestId }, context) => {
    await context.panel.core.devices.reject(await findName(instanceId, context), requestId);
    return null;
  },
  'device.remove': async ({ instanceId, deviceId }, context) => {
    await context.panel.core.devices.remove(await findName(instanceId, context), deviceId);
    return null;
  },
  'device.rotate': async ({ instanceId, deviceId }, context) => {
    await context.panel.core.devices.rotate(await findName(instanceId, context), deviceId);
    return null;
  },
};
