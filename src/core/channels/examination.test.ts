import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { Secret } from '../../shared/secret.ts';
import { createStateStore } from '../state/state-store.ts';
import { createBotBook } from './bot-book.ts';
import { createExamination } from './examination.ts';

const token = new Secret('123:AAsecretAAsecret');
const other = instanceIdSchema.parse('i-9999999999999999');
const never = undefined;

/** Telegram and Discord at one address, by what comes last in a path. */
async function services(answers: Readonly<Record<string, readonly [status: number, body: unknown]>>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const method = /\/([@\w]+(?:\/guilds)?)(?:\?.*)?$/.exec(request.url ?? '')?.[1] ?? '';
    asked.push(request.url?.replace(/bot[^/]+/, 'bot') ?? '');
    const [status, body] = answers[request.url ?? ''] ?? answers[method] ?? [404, {}];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const folder = await tempDataDir();
  const state = createStateStore(folder.path, { onProblem: () => undefined, platform: process.platform });
  const bots = createBotBook(join(folder.path, 'bots.json'), () => 0);
  return {
    asked,
    bots,
    state,
    ...createExamination({ state, bots, telegramApi: url, discordApi: url }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder[Symbol.asyncDispose]();
    },
  };
}

const me = [200, { ok: true, result: { id: 1, is_bot: true, username: 'fakebot', first_name: 'Fake' } }] as const;
const wish = { channel: 'telegram', settings: {}, secrets: { botToken: token } };

describe('a bot of Telegram', () => {
  it('is fine when nobody else reads what is written to it', async () => {
    await using fake = await services({
      getMe: me,
      getWebhookInfo: [200, { ok: true, result: { url: '' } }],
      getUpdates: [200, { ok: true, result: [] }],
    });
    expect(await fake.examine(anInstance(), wish, never)).toEqual({
      check: { identity: '@fakebot', warnings: [] },
      bot: 'telegram:1',
    });
  });

  it.each([
    [
      'another reader',
      { getUpdates: [409, { ok: false, error_code: 409 }] },
      /reads the messages of @fakebot right now/,
    ],
    ['a webhook', { getWebhookInfo: [200, { ok: true, result: { url: 'https://x.example' } }] }, /by a webhook/],
  ] as const)('is doubtful with %s', async (_, answers, words) => {
    await using fake = await services({ getMe: me, ...answers });
    const { check } = await fake.examine(anInstance(), wish, never);
    expect(check.warnings).toEqual([expect.stringMatching(words)]);
  });

  it('is not looked at for readers where it answers here already: that is this very gateway', async () => {
    await using fake = await services({ getMe: me, getUpdates: [409, { ok: false, error_code: 409 }] });
    await fake.bots.learn(anInstance().id, ['telegram:1']);
    expect((await fake.examine(anInstance(), wish, never)).check.warnings).toEqual([]);
    expect(fake.asked).toEqual(['/bot/getMe']);
  });

  it('is doubtful where another instance of ours answers as it, until that is gone', async () => {
    await using fake = await services({ getMe: me });
    await fake.state.instances.update(other, () => anInstance({ id: other, name: 'cellar' }));
    await fake.bots.learn(other, ['telegram:1']);
    const { check } = await fake.examine(anInstance(), wish, never);
    expect(check.warnings).toEqual([expect.stringContaining('Your instance cellar answers as @fakebot already')]);
    await fake.bots.learn(other, []);
    expect((await fake.examine(anInstance(), wish, never)).check.warnings).toEqual([]);
  });

  it('that does not exist is refused', async () => {
    await using fake = await services({ getMe: [401, { ok: false, error_code: 401, description: 'Unauthorized' }] });
    await expect(fake.examine(anInstance(), wish, never)).rejects.toMatchObject({ code: 'telegram.token-rejected' });
  });
});

describe('a bot of Discord', () => {
  const discord = { channel: 'discord', settings: {}, secrets: { token } };
  const user = [200, { id: '42', username: 'barnacle' }] as const;
  const answers = (flags: number, guilds: readonly unknown[]) => ({
    '/users/@me': user,
    '/applications/@me': [200, { id: '43', flags }] as const,
    '/users/@me/guilds': [200, guilds] as const,
  });

  it('is fine with its intent and a server, and is let into no more than is listed', async () => {
    await using fake = await services(answers(1 << 19, [{}]));
    const { check, follow, bot } = await fake.examine(anInstance(), discord, never);
    expect(check).toMatchObject({ identity: 'barnacle', warnings: [] });
    expect(check.inviteUrl).toMatch(/^https:\/\/discord\.com\/oauth2\/authorize\?client_id=43&/);
    expect([bot, follow?.({})]).toEqual(['discord:42', { groupPolicy: 'allowlist' }]);
  });

  it('without the intent is doubtful, and would not ask for it', async () => {
    await using fake = await services(answers(0, []));
    const { check, follow } = await fake.examine(anInstance(), discord, never);
    expect(check.warnings).toEqual([
      expect.stringContaining('Message Content intent is off'),
      expect.stringContaining('in no server yet'),
    ]);
    expect(follow?.({})).toMatchObject({ intents: { messageContent: false } });
  });

  it('asks for the intent again once that is on, and leaves what somebody has set', async () => {
    await using on = await services(answers(1 << 19, [{}]));
    const { follow } = await on.examine(anInstance(), discord, never);
    const before = { groupPolicy: 'open', intents: { messageContent: false, presence: true } };
    expect(follow?.(before)).toEqual({ intents: { messageContent: null } });
    expect(follow?.({ ...before, intents: { presence: true } })).toEqual({});
    await using off = await services(answers(0, [{}]));
    const still = await off.examine(anInstance(), discord, never);
    expect(still.follow?.({ ...before, intents: { messageContent: true } })).toEqual({});
    expect(still.follow?.({ ...before, intents: { presence: true } })).toEqual({ intents: { messageContent: false } });
  });

  it.each([
    [401, 'channel.discord-token'],
    [500, 'channel.discord-unreachable'],
  ])('whose token gets %i is refused', async (status, code) => {
    await using fake = await services({ '/users/@me': [status, {}] });
    await expect(fake.examine(anInstance(), discord, never)).rejects.toMatchObject({ code });
  });
});
