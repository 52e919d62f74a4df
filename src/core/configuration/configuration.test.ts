import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { REDACTED, type ConfigEdit } from '../../shared/model/configuration.ts';
import { BOT, FILE, openFakeMachine, TOKEN, type FakeMachine } from '../../../test/configuration/fake-machine.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-configuration-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (more: Partial<FakeMachine> = {}) => openFakeMachine(dir, more);
const level = (value: string): ConfigEdit => ({ kind: 'patch', patch: { logging: { level: value } } });
const codeOf = (code: string): unknown => expect.objectContaining({ code });

describe.each([true, false])('a configuration whose gateway runs: %s', (runs) => {
  it('is shown without secrets, and says where it comes from', async () => {
    const { read } = open({ runs });
    const found = await read();
    expect(found.source).toBe(runs ? 'gateway' : 'file');
    expect(found.text).not.toContain(TOKEN);
    expect(found.text).not.toContain(BOT);
    expect(found.text).toContain('// mine');
  });

  it('keeps its secrets when the hidden text comes back', async () => {
    const { read, configuration, fake } = open({ runs });
    const { text, hash } = await read();
    await configuration.apply('research', { kind: 'text', text: text.replace('info', 'debug') }, { base: hash });
    expect(fake.text).toContain(TOKEN);
    expect(fake.text).toContain(BOT);
    expect(fake.text).toContain('debug');
    expect(fake.text.includes('// mine')).toBe(!runs);
  });

  it('is never overwritten over what somebody else did', async () => {
    const { read, configuration, fake } = open({ runs });
    const { hash } = await read();
    fake.text = fake.text.replace('info', 'trace');
    await expect(configuration.preview('research', level('debug'), { base: hash })).rejects.toEqual(
      codeOf('config.conflict'),
    );
    await expect(configuration.apply('research', level('debug'), { base: hash })).rejects.toEqual(
      codeOf('config.conflict'),
    );
    expect(fake.text).toContain('trace');
  });

  it('says who was faster, and with what', async () => {
    const { read, configuration } = open({ runs });
    const { hash } = await read();
    await configuration.apply('research', level('debug'), { base: hash });
    const said = { message: expect.stringMatching(/anna@laptop.*logging\.level/) as unknown };
    await expect(configuration.preview('research', level('trace'), { base: hash })).rejects.toMatchObject(said);
    await expect(configuration.apply('research', level('trace'), { base: hash })).rejects.toMatchObject(said);
  });

  it('is advised on by its schema while it is typed', async () => {
    const { configuration } = open({ runs });
    const { schema, faults } = await configuration.lint('research', '{ logging: { level: "loud" } }');
    expect(schema).toBe(runs ? 'gateway' : 'none');
    expect(faults.map(({ path }) => path)).toEqual(runs ? ['logging.level'] : []);
    const { setting } = await configuration.describe('research', ['logging', 'level']);
    expect(setting?.values).toEqual(runs ? ['info', 'debug'] : undefined);
  });

  it('has no secret in its history, also not one that was pasted', async () => {
    const { configuration } = open({ runs });
    const pasted = 'a-new-bot-token';
    const patch = {
      channels: { telegram: { botToken: pasted } },
      mcp: { servers: { a: { env: { X: 'hush-hush' } } } },
    };
    const entry = await configuration.apply('research', { kind: 'patch', patch }, { why: 'a new bot' });
    expect(entry?.changes).toContainEqual({
      path: ['channels', 'telegram', 'botToken'],
      before: REDACTED,
      after: REDACTED,
      isSecret: true,
    });
    const [file = ''] = (await readdir(dir)).filter((name) => name.endsWith('.json'));
    const kept = await readFile(join(dir, file), 'utf8');
    for (const secret of [pasted, 'hush-hush', TOKEN, BOT]) expect(kept).not.toContain(secret);
    expect(kept).toContain('a new bot');
  });

  it('takes one change back, and leaves those after it and secrets alone', async () => {
    const { configuration, read, fake } = open({ runs });
    const first = await configuration.apply('research', level('debug'), {});
    const bot: ConfigEdit = {
      kind: 'patch',
      patch: { channels: { telegram: { botToken: 'another-bot' } }, tools: { profile: 'full' } },
    };
    const second = await configuration.apply('research', bot, {});
    if (first === undefined || second === undefined) throw new Error('Nothing was changed.');
    await configuration.apply('research', { kind: 'revert', entry: first.id }, {});
    expect((await read()).value).toMatchObject({ logging: { level: 'info' }, tools: { profile: 'full' } });
    await configuration.apply('research', { kind: 'revert', entry: second.id }, {});
    expect((await read()).value['tools']).toBeUndefined();
    expect(fake.text).toContain('another-bot');
    expect((await configuration.history('research')).map(({ revertOf }) => revertOf)).toEqual([
      second.id,
      first.id,
      undefined,
      undefined,
    ]);
  });

  it.each([
    [{ gateway: { port: 1 } }, 'config.owned'],
    [{ gateway: null }, 'config.owned'],
    [{ gateway: { auth: { token: 'mine-instead' } } }, 'config.owned'],
    [{ gateway: { auth: { mode: 'none' } } }, 'config.owned'],
    [{ gateway: { trustedProxies: ['0.0.0.0/0'] } }, 'config.owned'],
    [{ gateway: { controlUi: { allowedOrigins: ['*'] } } }, 'config.dangerous'],
    [{ gateway: { controlUi: { dangerouslyDisableDeviceAuth: true } } }, 'config.dangerous'],
    [{ channels: { slack: { botToken: REDACTED } } }, 'config.secret-unknown'],
  ])('refuses %j', async (patch, code) => {
    const { configuration, fake } = open({ runs });
    const edit = { kind: 'patch', patch } as ConfigEdit;
    await expect(configuration.apply('research', edit, {})).rejects.toEqual(codeOf(code));
    expect(fake.text).toBe(FILE);
  });

  it('notices what others did, once', async () => {
    const { configuration, read, fake } = open({ runs });
    await read();
    fake.text = fake.text.replace('info', 'trace');
    await read();
    await read();
    expect(await configuration.history('research')).toMatchObject([
      { by: 'outside', changes: [{ path: ['logging', 'level'], before: 'info', after: 'trace' }] },
    ]);
  });

  it('says with line and column where a text is none', async () => {
    const { configuration } = open({ runs });
    const edit: ConfigEdit = { kind: 'text', text: '{\n  logging: ' };
    await expect(configuration.preview('research', edit, {})).rejects.toMatchObject({
      code: 'config.unreadable',
      details: { line: 2 },
    });
  });

  it('is remembered where a deployment would set it back', async () => {
    const { configuration, fake } = open({ runs });
    const patch = { telemetry: { enabled: true }, agents: { defaults: { model: { primary: 'openrouter/auto' } } } };
    await configuration.apply('research', { kind: 'patch', patch }, {});
    await configuration.apply('research', level('debug'), {});
    expect(fake.remembered).toEqual([{ telemetry: true, model: 'openrouter/auto' }, {}]);
  });
});

describe('a configuration', () => {
  it('is the same for who has looked while the gateway ran and while it did not', async () => {
    const { configuration, read, fake } = open();
    await read();
    fake.runs = false;
    expect((await read()).source).toBe('file');
    expect(await configuration.history('research')).toEqual([]);
  });

  it('that says the same is not written', async () => {
    const { configuration } = open();
    expect(await configuration.preview('research', level('info'), {})).toMatchObject({ isChange: false, changes: [] });
    expect(await configuration.apply('research', level('info'), {})).toBeUndefined();
  });

  it('with comments alone that are new is written to a file, which keeps them', async () => {
    const { configuration, read, fake } = open({ runs: false });
    const text = (await read()).text.replace('// mine', '// ours');
    expect(await configuration.apply('research', { kind: 'text', text }, {})).toMatchObject({ changes: [] });
    expect(fake.text).toContain('// ours');
  });

  it('says before it is written that a gateway keeps no comments', async () => {
    const said = [expect.stringContaining('the comments go. Stop the instance first')];
    const { configuration, read, fake } = open();
    const { text } = await read();
    const preview = async (edit: ConfigEdit) => await configuration.preview('research', edit, {});
    expect((await preview(level('debug'))).warnings).toEqual(said);
    expect(await preview({ kind: 'text', text: text.replace('// mine', '// ours') })).toMatchObject({
      isChange: false,
      warnings: said,
    });
    expect((await preview({ kind: 'text', text })).warnings).toEqual([]);
    const bare = text.replace('// mine', '').replace('// loud enough', '').replace('info', 'debug');
    expect((await preview({ kind: 'text', text: bare })).warnings).toEqual([]);
    fake.runs = false;
    expect((await preview(level('debug'))).warnings).toEqual([]);
  });

  it('is not judged by what the gateway hides', async () => {
    const issues = [
      { path: 'gateway.auth.token', message: 'looks wrong' },
      { path: 'logging.level', message: 'no such level' },
    ];
    const { configuration } = open({ rejected: new AppError('config.rejected', { details: { issues } }) });
    const preview = await configuration.preview('research', level('loud'), {});
    expect(preview.issues).toEqual([issues[1]]);
  });

  it('says what restarts, and what a person should know', async () => {
    const { configuration } = open();
    const patch = { discovery: { wideArea: { enabled: true } }, channels: { telegram: { dmPolicy: 'open' } } };
    const preview = await configuration.preview('research', { kind: 'patch', patch }, {});
    expect(preview.restarts).toEqual(['discovery.wideArea.enabled']);
    expect(preview.warnings).toContainEqual(
      expect.stringContaining('channels.telegram.dmPolicy: whoever finds the bot'),
    );
  });

  it('does not give a secret to another entry of a list', async () => {
    const text = FILE.replace(
      '// mine',
      'mcp: { list: [{ url: "https://a.example", token: "secret-of-a" }, { url: "https://b.example", token: "secret-of-b" }] },',
    );
    const { configuration, read } = open({ runs: false, text });
    const moved = (await read()).text.replace('a.example', 'x.example');
    await expect(configuration.apply('research', { kind: 'text', text: moved }, {})).rejects.toEqual(
      codeOf('config.secret-unknown'),
    );
  });
});
