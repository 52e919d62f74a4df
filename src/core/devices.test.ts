import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../test/cli/samples.ts';
import { AppError } from '../shared/app-error.ts';
import type { Instance } from '../shared/model/instance.ts';
import { Secret } from '../shared/secret.ts';
import type { Devices, InstanceLink, LoginSecrets } from './index.ts';
import { createDevices } from './devices.ts';
import { createDeviceDeeds, type DeviceDeeds } from './state/device-deeds.ts';

const OWN = 'ab'.repeat(32);
const own: Instance = anInstance({ device: { id: OWN, key: { backend: 'memory', key: 'k' } } });
const token = { role: 'operator', scopes: ['operator.admin'] };
const list = {
  pending: [{ requestId: 'request-1', deviceId: 'd1', displayName: 'A laptop', ts: 1 }],
  paired: [
    { deviceId: 'd2', displayName: 'A phone', tokens: [token, { role: 'node', revokedAtMs: 5 }] },
    { deviceId: OWN, clientId: 'gateway-client', connected: true, tokens: [token] },
  ],
};

describe('the devices of an instance', () => {
  let dir: string;
  let deeds: DeviceDeeds;
  let asked: unknown[];
  let learned: LoginSecrets[];
  let closed: number;
  let devices: Devices;
  let failure: AppError | undefined;
  let instance: Instance;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-deeds-'));
    deeds = createDeviceDeeds(dir);
    [asked, learned, closed, failure, instance] = [[], [], 0, undefined, own];
    const link: Pick<InstanceLink, 'call' | typeof Symbol.asyncDispose> = {
      call(method, params) {
        if (method === 'device.pair.list') return Promise.resolve(list);
        asked.push([method, params]);
        return failure === undefined ? Promise.resolve({ token: 'the-new-one' }) : Promise.reject(failure);
      },
      [Symbol.asyncDispose]() {
        closed += 1;
        return Promise.resolve();
      },
    };
    devices = createDevices({
      find: (_name, given = {}) => Promise.resolve({ instance, options: given }),
      openLink: () => Promise.resolve(link as InstanceLink),
      learn: (_id, given) => void learned.push(given),
      readInstance: () => Promise.resolve(instance),
      deeds,
      who: 'anna@laptop',
      now: () => Date.parse('2026-09-20T12:00:00.000Z'),
    });
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('are listed with what was done to them, and signed in to with what was given', async () => {
    const sshPassword = new Secret('geheim');
    const found = await devices.list('research', { secrets: { sshPassword } });
    expect(found.pending.map(({ requestId, name }) => [requestId, name])).toEqual([['request-1', 'A laptop']]);
    expect(found.paired.map(({ name, isOwn }) => [name, isOwn])).toEqual([
      ['A phone', false],
      ['Hardshell', true],
    ]);
    expect([found.deeds, learned, closed]).toEqual([[], [{ sshPassword }], 1]);
  });

  it('are let in, turned down and removed by exactly the id that is named, each written down', async () => {
    await devices.approve('research', 'request-1');
    await devices.reject('research', 'request-1');
    await devices.remove('research', 'd2');
    expect(asked).toEqual([
      ['device.pair.approve', { requestId: 'request-1' }],
      ['device.pair.reject', { requestId: 'request-1' }],
      ['device.pair.remove', { deviceId: 'd2' }],
    ]);
    expect((await devices.list('research')).deeds).toMatchObject([
      { what: 'remove', deviceId: 'd2', name: 'A phone', who: 'anna@laptop' },
      { what: 'reject', name: 'A laptop' },
      { what: 'approve', name: 'A laptop' },
    ]);
  });

  it('get new tokens for the roles that they still have; what is ours may be among them', async () => {
    await devices.rotate('research', 'd2');
    await devices.rotate('research', OWN);
    expect(asked).toEqual([
      ['device.token.rotate', { deviceId: 'd2', role: 'operator' }],
      ['device.token.rotate', { deviceId: OWN, role: 'operator' }],
    ]);
    expect(JSON.stringify(await devices.list('research'))).not.toContain('the-new-one');
  });

  it('that are not in the list are not asked about, and ours is not removed', async () => {
    for (const trying of [() => devices.approve('research', 'd1'), () => devices.remove('research', 'request-1')])
      await expect(trying()).rejects.toMatchObject({ code: 'device.unknown' });
    await expect(devices.remove('research', OWN)).rejects.toMatchObject({ code: 'device.own' });
    expect(asked).toEqual([]);
    // Somebody else was quicker.
    failure = new AppError('gateway.rpc', { message: 'The gateway answered with an error: unknown requestId' });
    await expect(devices.approve('research', 'request-1')).rejects.toMatchObject({ code: 'device.unknown' });
    expect(await deeds.read(own.id)).toEqual([]);
  });

  it('of one that is suspended cannot be asked', async () => {
    instance = { ...own, suspension: { at: '2026-09-20T12:00:00.000Z', by: 'person', because: 'why not' } };
    await expect(devices.list('research')).rejects.toMatchObject({ code: 'instance.suspended' });
  });

  it('leave no more than twenty deeds, and no lock', async () => {
    for (let count = 0; count < 22; count += 1) await devices.approve('research', 'request-1');
    expect(await deeds.read(own.id)).toHaveLength(20);
    expect(await readdir(dir)).toEqual([`${own.id}.jsonl`]);
    await deeds.remove(own.id);
    expect(await deeds.read(own.id)).toEqual([]);
  });
});
