import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { serveTelegram, type FakeTelegram } from '../lab/fake-telegram.ts';
import { startStaticServer, type StaticServer } from '../lab/static-server.ts';

const minutes = 60_000;
const NAME = ownName('bot');
const soon = { timeout: 3 * minutes, interval: 1000 };
const key = 'acme-key-0123456789abcdef';
const botToken = '123456789:AAtestAAtestAAtestAAtestAAtestAAtes';
const bot = { id: 123_456_789, username: 'hardshell_test_bot' };

// One story, told in order, on one gateway: every case goes on where the one before has ended.
describeWithLab('The models, channels, files and skills of a gateway that runs', () => {
  let person: DockerPerson;
  let web: StaticServer;
  let telegram: FakeTelegram;
  beforeAll(async () => {
    web = await startStaticServer();
    web.serve('/v1/models', (request, response) => {
      const isRight = request.headers.authorization === `Bearer ${key}`;
      response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isRight ? { data: [{ id: 'm1' }, { id: 'm2' }] } : { error: { message: 'No.' } }));
    });
    telegram = serveTelegram(web, botToken, bot);
    person = await openDockerPerson({ deps: { telegramApi: web.urlFromHere } });
    await person.deploy(NAME);
  }, 15 * minutes);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await web[Symbol.asyncDispose]();
  });
  const custom = () => ({ kind: 'custom' as const, id: 'acme', baseUrl: `${web.urlFromServers}/v1` });

  it('takes a key that works, and keeps none that does not', { timeout: 5 * minutes }, async () => {
    const { models } = person.core;
    await expect(models.setKey(NAME, custom(), new Secret('a-wrong-key'))).rejects.toMatchObject({
      code: 'provider.key-rejected',
    });
    expect((await models.read(NAME)).providers.map(({ id }) => id)).not.toContain('acme');
    expect(await models.setKey(NAME, custom(), new Secret(key))).toMatchObject({ tested: true, models: 2 });
    const view = await models.read(NAME);
    expect(view.providers).toContainEqual(expect.objectContaining({ id: 'acme', key: 'config', removable: true }));
    expect(JSON.stringify(view)).not.toContain(key);
  });

  it('takes a key away, and leaves the provider as it is', { timeout: 5 * minutes }, async () => {
    const { models } = person.core;
    await models.removeKey(NAME, 'acme');
    const [found] = (await models.read(NAME)).providers.filter(({ id }) => id === 'acme');
    expect(found).toMatchObject({ key: 'none', removable: false, baseUrl: custom().baseUrl });
    await expect(models.removeKey(NAME, 'acme')).rejects.toMatchObject({ code: 'provider.key-missing' });
    expect(await models.setKey(NAME, custom(), new Secret(key))).toMatchObject({ tested: true });
  });

  it(
    'keeps a key that the gateway notes itself, and has a name for that in its history',
    { timeout: 5 * minutes },
    async () => {
      const { models, configuration } = person.core;
      await models.setKey(NAME, { kind: 'known', provider: 'anthropic' }, new Secret(key), { untested: true });
      expect((await models.read(NAME)).providers).toContainEqual(
        expect.objectContaining({ id: 'anthropic', key: 'stored' }),
      );
      await configuration.read(NAME);
      const history = await configuration.history(NAME);
      expect(history.map(({ by }) => by)).not.toContain('outside');
      expect(history.flatMap(({ changes }) => changes.map(({ path }) => path[0]))).toContain('auth');
    },
  );

  it('answers with the models that were chosen, in that order', { timeout: 5 * minutes }, async () => {
    const { models } = person.core;
    await models.choose(NAME, { primary: 'acme/m1', fallbacks: ['acme/m2', 'openrouter/auto'] });
    expect(await models.read(NAME)).toMatchObject({ primary: 'acme/m1', fallbacks: ['acme/m2', 'openrouter/auto'] });
    await models.choose(NAME, { primary: 'acme/m2', fallbacks: [] });
    expect(await models.read(NAME)).toMatchObject({ primary: 'acme/m2', fallbacks: [] });
    expect(await models.spend(NAME)).toMatchObject({ today: { usd: 0 }, month: { tokens: 0 } });
  });

  it('connects a bot that was checked, and lets in who is approved', { timeout: 8 * minutes }, async () => {
    const { channels } = person.core;
    const fields = await channels.fields(NAME, 'slack');
    expect(fields.filter(({ secret }) => secret).map(({ key: setting }) => setting)).toEqual(
      expect.arrayContaining(['botToken', 'appToken']),
    );
    const secrets = { botToken: new Secret(botToken) };
    const settings = { apiRoot: web.urlFromServers };
    expect(await channels.add(NAME, { channel: 'telegram', settings, secrets })).toEqual({
      identity: `@${bot.username}`,
      warnings: [],
    });
    await vi.waitFor(async () => {
      const [found] = (await channels.list(NAME)).channels;
      expect(found).toMatchObject({ id: 'telegram', state: 'connected', identity: `@${bot.username}` });
    }, soon);
    telegram.write({ id: 777, username: 'ann' }, 'hello');
    telegram.write({ id: 778, username: 'bob' }, 'hello');
    const codes = await vi.waitFor(async () => {
      const { requests } = await channels.list(NAME);
      expect(requests.map(({ name }) => name).sort()).toEqual(['@ann', '@bob']);
      const told = telegram.sent.flatMap((text) => /<code>([A-Z0-9]{8})/.exec(text)?.[1] ?? []);
      expect(told).toHaveLength(2);
      return { requests, told };
    }, soon);
    const ann = codes.requests.find(({ name }) => name === '@ann');
    await channels.approve(NAME, 'telegram', { requestId: ann?.requestId ?? '', account: ann?.account });
    expect((await channels.list(NAME)).requests.map(({ name }) => name)).toEqual(['@bob']);
    const ofBob = telegram.sent.find((text) => text.includes('778'));
    await channels.approve(NAME, 'telegram', { code: /<code>([A-Z0-9]{8})/.exec(ofBob ?? '')?.[1] ?? '' });
    expect((await channels.list(NAME)).requests).toEqual([]);
    await expect(channels.approve(NAME, 'telegram', { code: 'ABCDEFGH' })).rejects.toMatchObject({
      code: 'pairing.unknown',
    });
  });

  it(
    'is told by the diagnosis where another program has the bot, and forgotten',
    { timeout: 12 * minutes },
    async () => {
      const { channels, diagnosis } = person.core;
      const found = async () =>
        (await diagnosis.look(NAME, 'slow')).findings.find(({ id }) => id === 'channel.telegram');
      telegram.rival = true;
      await vi.waitFor(async () => {
        expect((await channels.list(NAME)).channels[0]?.state).toBe('failed');
      }, soon);
      expect(await found()).toMatchObject({
        level: 'bad',
        because: 'Another program fetches the messages of the same bot.',
      });
      telegram.rival = false;
      await channels.restart(NAME, 'telegram');
      await vi.waitFor(async () => {
        expect((await channels.list(NAME)).channels[0]?.state).toBe('connected');
      }, soon);
      expect(await found()).toMatchObject({ level: 'ok', because: `Connected as @${bot.username}.` });
    },
  );

  it('starts one channel anew, and takes it away', { timeout: 5 * minutes }, async () => {
    const { channels } = person.core;
    await channels.restart(NAME, 'telegram');
    await vi.waitFor(async () => {
      expect((await channels.list(NAME)).channels[0]?.state).toBe('connected');
    }, soon);
    await channels.remove(NAME, 'telegram');
    expect((await channels.list(NAME)).channels).toEqual([]);
    await expect(channels.restart(NAME, 'telegram')).rejects.toMatchObject({ code: 'channel.unknown' });
  });

  it('keeps what a file was, whoever has changed it', { timeout: 5 * minutes }, async () => {
    const { files } = person.core;
    const before = await files.read(NAME, 'SOUL.md');
    const first = await files.write(NAME, 'SOUL.md', 'Be kind.\n', before.hash);
    await files.write(NAME, 'SOUL.md', 'Be brief.\n', first.hash);
    await expect(files.write(NAME, 'SOUL.md', 'Be loud.\n', first.hash)).rejects.toMatchObject({
      code: 'file.conflict',
    });
    const history = await files.history(NAME, 'SOUL.md');
    const kind = history.find(({ hash }) => hash === first.hash);
    expect(await files.revert(NAME, 'SOUL.md', kind?.id ?? '')).toMatchObject({ text: 'Be kind.\n' });
    expect((await files.read(NAME, 'SOUL.md')).text).toBe('Be kind.\n');
    await expect(files.read(NAME, 'NOTES.md')).rejects.toMatchObject({ code: 'file.unknown' });
    expect((await files.list(NAME)).map(({ name }) => name)).toEqual(expect.arrayContaining(['SOUL.md', 'AGENTS.md']));
  });

  it('switches a skill off and on, and deletes none that came with OpenClaw', { timeout: 5 * minutes }, async () => {
    const { skills } = person.core;
    const isOn = async (): Promise<boolean | undefined> =>
      (await skills.list(NAME)).find(({ key: skill }) => skill === '1password')?.enabled;
    await skills.enable(NAME, '1password', false);
    expect(await isOn()).toBe(false);
    await skills.enable(NAME, '1password', true);
    expect(await isOn()).toBe(true);
    await expect(skills.remove(NAME, '1password')).rejects.toMatchObject({ code: 'skill.failed' });
  });

  it('has written down who did what, and no secret', { timeout: 2 * minutes }, async () => {
    const deeds = await person.core.deeds.list(NAME);
    expect(deeds.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['SOUL.md: written', `Channel telegram: set up as @${bot.username}`]),
    );
    const { dataDir } = person.test;
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
      expect([entry.name, text.includes(key), text.includes(botToken)]).toEqual([entry.name, false, false]);
    }
  });
});
