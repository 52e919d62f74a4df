import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHANNELS, MODELS } from '../../../../test/cli/fake-assistant.ts';
import { runFake } from '../../../../test/cli/run-fake.ts';
import { tempDataDir } from '../../../../test/lab/temp-data-dir.ts';
import { AppError } from '../../../shared/app-error.ts';

const KEY = 'sk-or-v1-0123456789';
const last = (out: string): unknown => JSON.parse(out.trim().split('\n').at(-1) ?? '');

describe('hardshell models', () => {
  it('lists keys and models', async () => {
    const { code, io } = await runFake(['models', 'research']);
    expect(code).toBe(0);
    expect(io.written.out).toMatch(/answers\s+openrouter\/auto/);
    expect(io.written.out).toMatch(/key\s+openrouter: kept by the gateway/);
    expect((await runFake(['models', 'research', 'list', 'nothing'])).io.written.out).not.toContain(
      '  acme/m1  no key',
    );
  });

  it('chooses a model with its fallbacks', async () => {
    const { code, core } = await runFake(['models', 'research', 'set', 'acme/m1', 'openrouter/auto', '--yes']);
    expect(code).toBe(0);
    expect(core.calls).toContainEqual([
      'models.choose',
      { name: 'research', choice: { primary: 'acme/m1', fallbacks: ['openrouter/auto'] } },
    ]);
  });

  it('takes a key from standard input and from nowhere else', async () => {
    const argv = ['models', 'research', 'key', 'openrouter', '--yes', '--secrets-stdin', '--json'];
    const { code, core, io } = await runFake(argv, { input: JSON.stringify({ providerKey: KEY }) });
    expect(code).toBe(0);
    expect(core.calls).toContainEqual([
      'models.setKey',
      { name: 'research', choice: { kind: 'known', provider: 'openrouter' }, key: KEY, untested: false },
    ]);
    expect(last(io.written.out)).toMatchObject({ type: 'result', ok: true, key: { tested: true, leftUsd: 4.2 } });
    expect(io.written.out).not.toContain(KEY);
  });

  it('replaces the key of a provider that the gateway lists to where that key is', async () => {
    const mistral = { id: 'mistral', name: 'Mistral', key: 'stored' as const, status: 'static', removable: true };
    const argv = ['models', 'research', 'key', 'mistral', '--untested', '--yes', '--secrets-stdin'];
    const { code, core } = await runFake(argv, {
      input: JSON.stringify({ providerKey: KEY }),
      script: { models: { ...MODELS, providers: [mistral] } },
    });
    expect(code).toBe(0);
    expect(core.calls).toContainEqual([
      'models.setKey',
      { name: 'research', choice: { kind: 'listed', id: 'mistral' }, key: KEY, untested: true },
    ]);
  });

  it.each([
    [['models', 'research', 'set', 'acme/m1']],
    [['models', 'research', 'set', '--yes']],
    [['models', 'research', 'set', 'nonsense', '--yes']],
    [['models', 'research', 'sett', 'acme/m1', '--yes']],
    [['models', 'research', 'key', 'acme', '--yes', '--secrets-stdin']],
    [['models', 'research', 'key', 'acme', '--url', 'ftp://x', '--yes', '--secrets-stdin']],
    [['channels', 'research', 'add', 'Tele gram', '--yes', '--secrets-stdin']],
    [['files', 'research', 'get', '../x']],
    [['skills', 'research', 'install', '../x', '--yes']],
  ])('refuses %j as wrong usage', async (argv) => {
    const { code, core } = await runFake(argv, { input: JSON.stringify({ providerKey: KEY }) });
    expect(code).toBe(2);
    expect(core.calls).toEqual([]);
  });

  it('ends with 1 where the provider does not answer', async () => {
    const { code, io } = await runFake(['models', 'research', 'test', 'openrouter', '--json']);
    expect(code).toBe(1);
    expect(last(io.written.out)).toMatchObject({ probe: { works: false } });
  });

  it('adds up what was spent', async () => {
    const { io } = await runFake(['models', 'research', 'spend']);
    expect(io.written.out).toMatch(/30 days\s+\$4\.25\s+42000 tokens/);
  });
});

describe('hardshell channels', () => {
  it('lists them, and who asks to be let in', async () => {
    const { io } = await runFake(['channels', 'research']);
    expect(io.written.out).toMatch(/telegram\s+connected\s+@research_bot/);
    expect(io.written.out).toMatch(/telegram\s+request-1\s+@ann 777/);
  });

  it('shows the code that a phone scans, and says when one has', async () => {
    const { code, core, io } = await runFake(['channels', 'research', 'scan', 'whatsapp'], {
      tty: { stdout: true },
      columns: 80,
    });
    expect(code).toBe(0);
    expect(core.calls.map(([name]) => name)).toEqual(
      expect.arrayContaining(['channels.beginLogin', 'channels.awaitLogin']),
    );
    expect(io.written.out).toContain('█▀▀▀▀▀█');
    expect(io.written.out).toContain('research is on whatsapp');
  });

  it('shows no code where nobody sees it', async () => {
    for (const argv of [['--json'], []]) {
      const { code, core } = await runFake(['channels', 'research', 'scan', 'whatsapp', ...argv]);
      expect(code).toBe(2);
      expect(core.calls.map(([name]) => name)).not.toContain('channels.beginLogin');
    }
    const narrow = await runFake(['channels', 'research', 'scan', 'whatsapp'], { tty: { stdout: true }, columns: 20 });
    expect([narrow.code, narrow.io.written.err]).toEqual([2, expect.stringContaining('25 columns wide')]);
  });

  it('adds one with a token from standard input and settings from the command line', async () => {
    const argv = ['channels', 'research', 'add', 'slack', '--set', 'mode=socket', '--yes', '--secrets-stdin', '--json'];
    const { code, core, io } = await runFake(argv, { input: JSON.stringify({ botToken: 'xoxb-secret' }) });
    expect(code).toBe(0);
    expect(core.calls).toContainEqual([
      'channels.add',
      {
        name: 'research',
        channel: 'slack',
        settings: { mode: 'socket' },
        secrets: { botToken: 'xoxb-secret' },
        anyway: false,
      },
    ]);
    expect(io.written.out).not.toContain('xoxb-secret');
  });

  it('tells two accounts of a channel apart, and does to one what is said of it', async () => {
    const [telegram] = CHANNELS.channels;
    if (telegram === undefined) throw new Error('There is no channel.');
    const script = { channels: { ...CHANNELS, channels: [telegram, { ...telegram, account: 'work' }] } };
    expect((await runFake(['channels', 'research'], { script })).io.written.out).toMatch(/telegram work\s+connected/);
    for (const verb of ['remove', 'restart', 'stop']) {
      const { core } = await runFake(['channels', 'research', verb, 'telegram', '--account', 'work', '--yes']);
      expect(core.calls).toContainEqual([
        `channels.${verb}`,
        { name: 'research', channel: 'telegram', account: 'work' },
      ]);
    }
  });

  it('ends with 3 where something would not work', async () => {
    const argv = ['channels', 'research', 'add', 'telegram', '--yes', '--secrets-stdin'];
    const { code, io } = await runFake(argv, {
      input: JSON.stringify({ telegramToken: '123456:AAAAAAAAAAAA' }),
      script: { assistantFailure: new AppError('channel.doubtful') },
    });
    expect(code).toBe(3);
    expect(io.written.err).toContain('Something about this bot would not work.');
  });

  it.each([
    ['abcd2345', { code: 'ABCD2345' }],
    ['yhD_sfYtruG-J5Bo9', { requestId: 'yhD_sfYtruG-J5Bo9' }],
  ])('lets %s in', async (word, answer) => {
    const { core } = await runFake(['channels', 'research', 'approve', 'telegram', word, '--yes']);
    expect(core.calls).toContainEqual(['channels.approve', { name: 'research', channel: 'telegram', answer }]);
  });
});

describe('hardshell skills and files', () => {
  it('shows what a skill lacks', async () => {
    expect((await runFake(['skills', 'research'])).io.written.out).toMatch(/weather\s+lacks\s+curl/);
  });

  it('installs and updates', async () => {
    const { core } = await runFake(['skills', 'research', 'install', 'weather', '--yes']);
    expect(core.calls).toContainEqual(['skills.install', { name: 'research', slug: 'weather' }]);
    expect((await runFake(['skills', 'research', 'update', '--yes'])).io.written.out).toContain('Updated: 2.');
  });

  it('writes a file over what was read, and says which versions there are', async () => {
    await using folder = await tempDataDir();
    const path = join(folder.path, 'soul.md');
    await writeFile(path, 'Be brief.\n');
    const { code, core } = await runFake(['files', 'research', 'put', 'SOUL.md', path, '--yes']);
    expect(code).toBe(0);
    expect(core.calls).toContainEqual([
      'files.write',
      { name: 'research', file: 'SOUL.md', text: 'Be brief.\n', before: 'ab'.repeat(32) },
    ]);
    expect((await runFake(['files', 'research', 'history', 'SOUL.md'])).io.written.out).toMatch(
      /0123456789abcdef.*anna@laptop/,
    );
    expect((await runFake(['files', 'research', 'get', 'SOUL.md'])).io.written.out).toBe('Be kind.\n');
  });
});
