import { expect, it } from 'vitest';
import { DEVICES } from '../../test/cli/fake-devices.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';

const instanceId = 'i-0123456789abcdef';

it('devices are listed, let in, turned down, removed and made to sign in anew', async () => {
  const { core, connect } = openTestPanel();
  const client = connect();
  expect(await client.call('device.list', { instanceId })).toEqual(DEVICES);
  await client.call('device.approve', { instanceId, requestId: 'one' });
  await client.call('device.reject', { instanceId, requestId: 'two' });
  await client.call('device.remove', { instanceId, deviceId: 'three' });
  await client.call('device.rotate', { instanceId, deviceId: 'four' });
  expect(core.calls).toEqual([
    ['devices.list', 'research'],
    ['devices.approve', { name: 'research', id: 'one' }],
    ['devices.reject', { name: 'research', id: 'two' }],
    ['devices.remove', { name: 'research', id: 'three' }],
    ['devices.rotate', { name: 'research', id: 'four' }],
  ]);
});

it('a new token is a change like others', async () => {
  const { core, connect } = openTestPanel();
  const client = connect();
  await client.call('change.preview', { draftId: 'd-abcdefgh', instanceId, change: { kind: 'rotate-token' } });
  expect(core.calls[0]).toMatchObject(['change.preview', { change: { kind: 'rotate-token' } }]);
});

it.each([
  ['device.approve', { instanceId, requestId: 'two words' }],
  ['device.remove', { instanceId, deviceId: '' }],
  ['device.remove', { instanceId }],
])('%s of %j is refused at the door', async (name, input) => {
  const { core, connect } = openTestPanel();
  await expect(connect().call(name as 'device.remove', input as never)).rejects.toThrow('usage.invalid');
  expect(core.calls).toEqual([]);
});
