import { describe, expect, it } from 'vitest';
import { deviceListSchema } from '../../shared/model/device.ts';
import { parseDevices } from './device-list.ts';

const request = {
  requestId: '047c5324',
  deviceId: '6f33',
  publicKey: 'ohU3',
  platform: 'linux',
  clientId: 'gateway-client',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.admin', 'operator.read'],
  remoteIp: '172.17.0.1',
  silent: false,
  isRepair: false,
  ts: 1795291852236,
};
const token = { role: 'operator', scopes: ['operator.admin'], createdAtMs: 1795291852751 };
const device = { ...request, displayName: 'A phone', approvedAtMs: 1795291852751, connected: false, tokens: [token] };

describe('the devices of a gateway', () => {
  it('are told without keys, newest first', () => {
    const seen = { ...device, deviceId: '7a', tokens: [{ ...token, lastUsedAtMs: 1795291999000 }] };
    const own = { ...device, deviceId: '8b', lastSeenAtMs: 1795291952000, connected: true };
    const list = parseDevices({ pending: [request], paired: [device, own, seen] }, '8b');
    expect(deviceListSchema.parse({ ...list, deeds: [] })).toEqual({ ...list, deeds: [] });
    expect(list.pending).toMatchObject([
      { requestId: '047c5324', name: 'gateway-client', scopes: ['admin', 'read'], from: '172.17.0.1', isKnown: true },
    ]);
    expect(list.paired.map(({ name, isOwn, isConnected }) => [name, isOwn, isConnected])).toEqual([
      ['A phone', false, false],
      ['Hardshell', true, true],
      ['A phone', false, false],
    ]);
    expect(list.paired[2]?.seenAt).toBeUndefined();
    expect(JSON.stringify(list)).not.toContain('ohU3');
  });

  it('are called what the operator called them; a name without an end is cut', () => {
    const named = { ...device, operatorLabel: '  ', displayName: 'x'.repeat(500) };
    const [first] = parseDevices({ pending: [], paired: [named] }, undefined).paired;
    expect(first?.name).toBe(`${'x'.repeat(120)}…`);
    const labelled = { ...device, operatorLabel: 'Kitchen' };
    expect(parseDevices({ pending: [], paired: [labelled] }, undefined).paired[0]?.name).toBe('Kitchen');
  });

  it('that were revoked say so', () => {
    const revoked = { ...device, tokens: [{ ...token, revokedAtMs: 1795291871572 }] };
    expect(parseDevices({ pending: [], paired: [revoked] }, undefined).paired[0]?.tokens).toEqual([
      { role: 'operator', scopes: ['admin'], isRevoked: true },
    ]);
  });

  it.each([null, {}, { pending: [], paired: [{}] }, { pending: [{ deviceId: 'secret-in-it' }], paired: [] }])(
    'in another form are an error that quotes nothing: %j',
    (answer) => {
      expect(() => parseDevices(answer, undefined)).toThrow(/devices in a way/);
      expect(() => parseDevices(answer, undefined)).not.toThrow(/secret-in-it/);
    },
  );
});
