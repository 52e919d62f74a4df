import type { Devices } from '../../src/core/index.ts';
import type { DeviceList } from '../../src/shared/model/device.ts';

export interface DeviceScript {
  readonly devices?: DeviceList;
}

export const DEVICES: DeviceList = {
  pending: [
    {
      requestId: '1ebb2756-560c-4f96-9e88-86f3d3342569',
      deviceId: '6f33fa8cea0e81d8',
      name: 'Chromium on a laptop',
      platform: 'linux',
      from: '172.17.0.1',
      roles: ['operator'],
      scopes: ['admin', 'read'],
      isOwn: false,
      askedAt: '2026-09-20T11:58:00.000Z',
      isKnown: false,
    },
  ],
  paired: [
    {
      deviceId: '1e6aba17b6253c2b',
      name: 'Hardshell',
      platform: 'linux',
      roles: ['operator'],
      scopes: ['admin'],
      isOwn: true,
      seenAt: '2026-09-20T11:59:30.000Z',
      isConnected: true,
      tokens: [{ role: 'operator', scopes: ['admin'], isRevoked: false }],
    },
  ],
  deeds: [
    {
      at: '2026-09-20T11:00:00.000Z',
      who: 'anna@laptop',
      what: 'remove',
      deviceId: '77aba17b6253c2b',
      name: 'an old phone',
    },
  ],
};

/** Of an instance whose gateway answers at once. */
export function createFakeDevices(script: DeviceScript, calls: [string, unknown?][]): Devices {
  const act =
    (what: string) =>
    (name: string, id: string): Promise<void> => {
      calls.push([`devices.${what}`, { name, id }]);
      return Promise.resolve();
    };
  return {
    list(name) {
      calls.push(['devices.list', name]);
      return Promise.resolve(script.devices ?? DEVICES);
    },
    approve: act('approve'),
    reject: act('reject'),
    remove: act('remove'),
    rotate: act('rotate'),
  };
}
