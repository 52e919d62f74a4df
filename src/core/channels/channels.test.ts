import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import { Secret } from '../../shared/secret.ts';
import { createTalk } from '../models/gateway-talk.ts';
import { createStateStore } from '../state/state-store.ts';
import { createBotBook } from './bot-book.ts';
import { createChannels } from './channels.ts';

/** A gateway that answers for its config, and takes whatever it is told. */
async function open(channels: Readonly<Record<string, unknown>>) {
  const folder = await tempDataDir();
  const told: [string, unknown][] = [];
  const noted: string[] = [];
  const call = (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    if (method === 'config.get') return Promise.resolve({ hash: 'h1', parsed: { channels } });
    if (method === 'plugins.list')
      return Promise.resolve({ plugins: [{ id: 'slack', installed: true, enabled: true }] });
    told.push([method, method === 'config.patch' ? (JSON.parse(String(params['raw'])) as unknown) : params]);
    return Promise.resolve({ ok: true, started: true });
  };
  return {
    told,
    noted,
    ...createChannels({
      withGateway: (_name, _options, work) => work(createTalk(anInstance(), { call }, undefined)),
      state: createStateStore(folder.path, { onProblem: () => undefined, platform: process.platform }),
      deeds: {
        note: (_id, what) => Promise.resolve(void noted.push(what)),
        list: () => Promise.resolve([]),
        forget: () => Promise.resolve(),
      },
      bots: createBotBook(join(folder.path, 'bots.json'), () => 0),
      runThere: () => Promise.resolve(''),
    }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const slack = {
  botToken: 'hidden-default',
  accounts: { Work: { botToken: 'hidden-work' }, home: { botToken: 'hidden-home' } },
};

describe('one account of a channel', () => {
  it('is started and stopped by its name, and the channel’s own without one', async () => {
    await using gateway = await open({ slack });
    await gateway.stop('research', 'slack', { account: 'work' });
    await gateway.restart('research', 'slack', { account: 'home' });
    await gateway.stop('research', 'slack');
    expect(gateway.told).toEqual([
      ['channels.stop', { channel: 'slack', accountId: 'work' }],
      ['channels.stop', { channel: 'slack', accountId: 'home' }],
      ['channels.start', { channel: 'slack', accountId: 'home' }],
      ['channels.stop', { channel: 'slack' }],
    ]);
    expect(gateway.noted).toEqual([
      'Channel slack (work): stopped',
      'Channel slack (home): restarted',
      'Channel slack: stopped',
    ]);
  });

  it.each([
    ['work', { accounts: { Work: null } }],
    ['home', { accounts: { home: null } }],
    [undefined, null],
  ])('%s is removed, and no other', async (account, patch) => {
    await using gateway = await open({ slack });
    await gateway.remove('research', 'slack', { account });
    expect(gateway.told).toEqual([['config.patch', { channels: { slack: patch } }]]);
  });

  it('that is the only one goes with what held it', async () => {
    await using alone = await open({ slack: { mode: 'socket', accounts: { work: {} } } });
    await alone.remove('research', 'slack', { account: 'work' });
    await using plain = await open({ slack: { botToken: 'hidden' } });
    await plain.remove('research', 'slack', { account: 'default' });
    expect([alone.told, plain.told]).toEqual([
      [['config.patch', { channels: { slack: { accounts: null } } }]],
      [['config.patch', { channels: { slack: null } }]],
    ]);
  });

  it.each([
    ['default', 'channel.account-shared'],
    ['office', 'channel.unknown'],
  ])('%s is not removed with those beside it', async (account, code) => {
    await using gateway = await open({ slack });
    await expect(gateway.remove('research', 'slack', { account })).rejects.toMatchObject({ code });
    expect(gateway.told).toEqual([]);
  });

  it.each([
    ['work', { accounts: { Work: { botToken: 'xoxb-new', enabled: true } } }],
    ['default', { botToken: 'xoxb-new', enabled: true }],
    [undefined, { botToken: 'xoxb-new', enabled: true }],
  ])('%s is given another token, and no other', async (account, patch) => {
    await using gateway = await open({ slack });
    const secrets = { botToken: new Secret('xoxb-new') };
    await gateway.add('research', { channel: 'slack', account, settings: {}, secrets });
    expect(gateway.told).toMatchObject([['config.patch', { channels: { slack: patch } }]]);
  });

  it('that is not there is given no token', async () => {
    await using gateway = await open({ slack });
    const wish = { channel: 'slack', account: 'office', settings: {}, secrets: { botToken: new Secret('xoxb-new') } };
    await expect(gateway.add('research', wish)).rejects.toMatchObject({ code: 'channel.unknown' });
    expect(gateway.told).toEqual([]);
  });
});
