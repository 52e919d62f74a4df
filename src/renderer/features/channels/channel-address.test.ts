import { expect, it } from 'vitest';
import type { ChannelView } from '../../../shared/model/channels.ts';
import { addressOf } from './channel-address.ts';

const view = (id: string, account: string): ChannelView => ({
  id,
  label: id === 'slack' ? 'Slack' : 'Telegram',
  account,
  state: 'connected',
  allowed: [],
  scans: false,
});

it('a row is about its account where its channel has several, and about the channel where it has one', () => {
  const [work, home, telegram] = [view('slack', 'work'), view('slack', 'home'), view('telegram', 'default')];
  const all = [work, home, telegram];
  expect(all.map((one) => addressOf(one, all))).toEqual([
    { label: 'Slack (work)', address: { channel: 'slack', account: 'work' } },
    { label: 'Slack (home)', address: { channel: 'slack', account: 'home' } },
    { label: 'Telegram', address: { channel: 'telegram' } },
  ]);
});
