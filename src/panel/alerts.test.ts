import { expect, it } from 'vitest';
import { anAlert } from '../../test/cli/fake-alerts.ts';
import { MARKER } from '../../test/panel/fake-core.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';

it('alerts are listed, and told of when they change', async () => {
  const { core, connect } = openTestPanel({ alerts: [anAlert()] });
  const client = connect();
  expect(await client.call('alert.list', {})).toMatchObject([{ kind: 'gateway-down', instanceName: 'research' }]);
  core.change('alerts');
  expect(client.events('alert.changed')).toHaveLength(1);
});

it('who is told of them is kept, and no reply holds its secrets', async () => {
  const { core, connect } = openTestPanel();
  const client = connect();
  const policy = { telegram: { chat: '42' }, webhook: { format: 'slack' as const }, quiet: { from: 22, to: 7 } };
  const telegramToken = `12345678:${MARKER}-AAAAAAAAAAAAAAAA`;
  const webhookUrl = `https://hooks.example/${MARKER}`;
  expect(await client.call('alert.set', { policy, telegramToken, webhookUrl })).toMatchObject({ policy });
  const [, set] = core.calls.find(([name]) => name === 'alerts.set') ?? [];
  expect(set).toMatchObject({ policy: { telegram: { chat: '42' } }, secrets: ['telegramToken', 'webhookUrl'] });
  expect(await client.call('alert.test', {})).toEqual([{ channel: 'telegram' }]);
  expect(await client.call('alert.settings', {})).toMatchObject({ policy });
  expect(JSON.stringify(client.messages)).not.toContain(MARKER);
  const error = await client.refused('alert.set', { policy, webhookUrl: `http://hooks.example/${MARKER}` });
  expect(error).toMatchObject({ code: 'usage.invalid' });
  expect(JSON.stringify(client.messages)).not.toContain(MARKER);
});

it('the watch service is made and taken away', async () => {
  const client = openTestPanel().connect();
  expect(await client.call('watch.status', {})).toMatchObject({ state: 'absent' });
  expect(await client.call('watch.install', {})).toMatchObject({ state: 'running' });
  expect(await client.call('watch.uninstall', {})).toMatchObject({ state: 'absent' });
  const nowhere = openTestPanel({ watchService: 'unsupported' }).connect();
  expect(await nowhere.refused('watch.install', {})).toMatchObject({ code: 'watch.unsupported' });
});
