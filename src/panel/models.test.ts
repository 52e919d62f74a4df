import { describe, expect, it } from 'vitest';
import { FILE } from '../../test/cli/fake-assistant.ts';
import { MARKER } from '../../test/panel/fake-core.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';
import { AppError } from '../shared/app-error.ts';

const instanceId = 'i-0123456789abcdef';
const choice = { kind: 'known', provider: 'openrouter' } as const;

describe('what a person decides about the agent', () => {
  it('is asked and changed by the name of the instance', async () => {
    const { core, connect } = openTestPanel();
    const client = connect();
    expect(await client.call('models.read', { instanceId })).toMatchObject({ primary: 'openrouter/auto' });
    await client.call('models.choose', { instanceId, choice: { primary: 'acme/m1' } });
    expect(core.calls).toContainEqual([
      'models.choose',
      { name: 'research', choice: { primary: 'acme/m1', fallbacks: [] } },
    ]);
    await client.call('channels.approveCode', { instanceId, channel: 'telegram', code: ' abcd2345 ' });
    expect(core.calls).toContainEqual([
      'channels.approve',
      { name: 'research', channel: 'telegram', answer: { code: 'ABCD2345' } },
    ]);
    await client.call('channels.stop', { instanceId, channel: 'slack', account: 'work' });
    expect(core.calls).toContainEqual(['channels.stop', { name: 'research', channel: 'slack', account: 'work' }]);
    expect(await client.call('channels.login', { instanceId, channel: 'whatsapp' })).toMatchObject({
      connected: false,
    });
    expect(
      await client.call('channels.login', { instanceId, channel: 'whatsapp', before: { connected: false, says: '' } }),
    ).toMatchObject({ connected: true });
    expect(await client.call('skills.update', { instanceId })).toEqual({ renewed: 2 });
    expect(await client.call('deeds.list', { instanceId })).toHaveLength(1);
  });

  it('a key and a token go in and never come out, not even in an error that quotes them', async () => {
    const assistantFailure = new AppError('channel.setting', { details: { reason: `not ${MARKER}-secret` } });
    const { core, connect } = openTestPanel({ assistantFailure });
    const client = connect();
    const key = `${MARKER}-secret`;
    expect(await client.refused('models.setKey', { instanceId, choice, key })).toMatchObject({
      code: 'channel.setting',
    });
    const secrets = { botToken: key };
    await client.refused('channels.add', { instanceId, channel: 'telegram', secrets });
    expect(core.calls).toContainEqual(['models.setKey', { name: 'research', choice, key, untested: false }]);
    expect(core.calls).toContainEqual([
      'channels.add',
      { name: 'research', channel: 'telegram', settings: {}, secrets, anyway: false },
    ]);
    expect(JSON.stringify(client.messages)).not.toContain(MARKER);
  });

  it('a file is written over what was read, and a conflict is said as such', async () => {
    const { core, connect } = openTestPanel({ assistantFailure: new AppError('file.conflict') });
    const client = connect();
    const before = FILE.hash ?? '';
    const file = { instanceId, file: 'SOUL.md', text: 'Be brief.', before };
    expect(await client.refused('files.write', file)).toMatchObject({ code: 'file.conflict' });
    expect(core.calls).toContainEqual([
      'files.write',
      { name: 'research', file: 'SOUL.md', text: 'Be brief.', before },
    ]);
  });

  it.each([
    ['models.choose', { choice: { primary: 'nonsense' } }],
    ['models.setKey', { choice: { kind: 'custom', id: 'openai', baseUrl: 'https://x.example' }, key: 'long-enough' }],
    ['models.setKey', { choice: { kind: 'custom', id: 'acme', baseUrl: 'https://a:b@x.example' }, key: 'long-enough' }],
    ['channels.add', { channel: 'telegram', settings: { '__proto__ x': 'y' } }],
    ['channels.approveCode', { channel: 'telegram', code: 'x; rm' }],
    ['files.read', { file: '../../etc/passwd' }],
    ['skills.install', { slug: '../x' }],
  ])('%s refuses %j at the door', async (name, input) => {
    const { core, connect } = openTestPanel();
    expect(await connect().refused(name, { instanceId, ...input })).toMatchObject({ code: 'usage.invalid' });
    expect(core.calls).toEqual([]);
  });
});
