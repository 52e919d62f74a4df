import { describe, expect, it } from 'vitest';
import type { ChannelView } from '../../shared/model/channels.ts';
import { judgeChannels } from './channel-findings.ts';

const telegram: ChannelView = {
  id: 'telegram',
  label: 'Telegram',
  account: 'default',
  state: 'connected',
  allowed: [],
  scans: false,
};

describe('what a gateway says of its channels', () => {
  it('is fine where they are connected, and says as whom', () => {
    expect(judgeChannels([{ ...telegram, identity: '@my_bot' }])).toEqual([
      { id: 'channel.telegram', title: 'Telegram', level: 'ok', because: 'Connected as @my_bot.' },
    ]);
  });

  it('is nothing where one is switched off, or was never set up', () => {
    expect(
      judgeChannels([
        { ...telegram, state: 'off' },
        { ...telegram, state: 'unconfigured' },
      ]),
    ).toEqual([]);
  });

  it.each([
    ['telegram', '409: Conflict: terminated by other getUpdates request', /^Another program fetches/, /@BotFather/],
    ['discord', 'Fatal Gateway error: 4014 (Disallowed intents)', /does not let the bot read/, /Message Content/],
    ['slack', 'An API error occurred: invalid_auth', /token is not accepted/, /new token/],
    ['telegram', "Call to 'getMe' failed! (401: Unauthorized)", /token is not accepted/, /new token/],
    ['matrix', 'certificate has expired', /^certificate has expired$/, /Restart/],
  ])('explains what %s means by "%s"', (id, lastError, because, hint) => {
    const [found] = judgeChannels([{ ...telegram, id, state: 'failed', lastError }]);
    expect(found).toMatchObject({ id: `channel.${id}`, level: 'bad', why: 'Nobody is answered there.' });
    expect(found?.because).toMatch(because);
    expect(found?.hint).toMatch(hint);
  });

  it('is no fault yet where one has only just begun to connect', () => {
    const [found] = judgeChannels([{ ...telegram, state: 'connecting' }]);
    expect(found).toMatchObject({ level: 'warn', because: 'It has not connected yet.' });
  });

  it('names the instance of ours that answers as the same bot', () => {
    const rivals = { ...telegram, state: 'failed', lastError: '409: Conflict', alsoAt: 'home' } as const;
    expect(judgeChannels([rivals])[0]?.because).toMatch(/ home uses it as well\.$/);
  });

  it('asks for a phone where one scans a code', () => {
    const [found] = judgeChannels([{ ...telegram, id: 'whatsapp', label: 'WhatsApp', state: 'stopped', scans: true }]);
    expect(found).toMatchObject({ because: 'No phone is connected.', hint: 'Scan its code again, under Channels.' });
  });

  it('has a name of its own for each account, whatever that is called', () => {
    const found = judgeChannels([telegram, { ...telegram, account: 'Büro & Co' }]);
    expect(found.map(({ id, title }) => [id, title])).toEqual([
      ['channel.telegram', 'Telegram'],
      ['channel.telegram/B-ro---Co', 'Telegram (Büro & Co)'],
    ]);
  });
});
