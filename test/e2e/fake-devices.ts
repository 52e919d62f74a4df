import type { CallOutput } from '../../src/shared/contract/contract.ts';
import type { DeviceList } from '../../src/shared/model/device.ts';
import type { InstanceView } from '../../src/shared/contract/instance.ts';
import { ago } from './fake-data.ts';
import { makeServerKey } from './fake-ssh-key.ts';

/*
 * Invented, for looking at screens.
 */

const operator = ['admin', 'read', 'write', 'approvals', 'pairing'];
const token = { role: 'operator', scopes: operator, isRevoked: false };

const devices: DeviceList = {
  pending: [
    {
      requestId: '1ebb2756-560c-4f96-9e88-86f3d3342569',
      deviceId: '77ba17b6253c2beb1aa7c0718f8e20a7eb0a092f1b905489cde2df91c6dcf9',
      name: 'Chromium on the laptop of somebody with a very long name, second floor, next to the printer',
      platform: 'Linux x86_64',
      from: '198.51.100.23',
      roles: ['operator'],
      scopes: operator,
      isOwn: false,
      askedAt: ago(4),
      isKnown: false,
    },
  ],
  paired: [
    {
      deviceId: '6f33fa8cea0e81d8c7aef8ea61bc7dcef28a4a0d91ff2aebba84675dee27023a',
      name: 'Hardshell',
      platform: 'linux',
      from: '10.213.0.1',
      roles: ['operator'],
      scopes: operator,
      isOwn: true,
      pairedAt: ago(60 * 24 * 30),
      seenAt: ago(1),
      isConnected: true,
      tokens: [token],
    },
    {
      deviceId: '1e6aba17b6253c2beb1aa7c0718f8e20a7eb0a092f1b905489cde2df91c6dcf9',
      name: 'Anna’s phone',
      platform: 'ios',
      from: '203.0.113.80',
      roles: ['operator', 'node'],
      scopes: ['read', 'write'],
      isOwn: false,
      pairedAt: ago(60 * 24 * 12),
      seenAt: ago(60 * 5),
      isConnected: false,
      tokens: [token],
    },
  ],
  deeds: [{ at: ago(60 * 24), who: 'anna@laptop', what: 'remove', deviceId: '0a1b2c', name: 'an old tablet' }],
};

/** @param look `no-devices`: nobody has ever come */
export function createDeviceHandlers(look: string | undefined, list: readonly InstanceView[]) {
  return {
    'device.list': (): CallOutput<'device.list'> =>
      look === 'no-devices' ? { pending: [], paired: [], deeds: [] } : devices,
    'ssh-key.read': ({ instanceId }: { readonly instanceId: string }) =>
      makeServerKey(list.find(({ id }) => id === instanceId)?.target, look ?? ''),
    'device.approve': () => null,
    'device.reject': () => null,
    'device.remove': () => null,
    'device.rotate': () => null,
  };
}
