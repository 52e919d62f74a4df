import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { REDACTED, type ConfigEdit } from '../../shared/model/configuration.ts';
import { hashConfig } from '../steps/config/config-room.ts';
import { FILE, openFakeMachine, type FakeMachine } from '../../../test/configuration/fake-machine.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-configuration-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (more: Partial<FakeMachine> = {}) => openFakeMachine(dir, more);
const level = (value: string): ConfigEdit => ({ kind: 'patch', patch: { logging: { level: value } } });
const codeOf = (code: string): unknown => expect.objectContaining({ code });

describe('a configuration that a gateway holds', () => {
  it('is written, and said to be, where the gateway calls its own restart an error', async () => {
    const { configuration, fake } = open();
    fake.refusal = {
      reason:
        'config.apply persisted and updated the active Gateway, but a recovery restart is required; wait for the Gateway to restart',
    };
    expect(await configuration.apply('research', level('debug'), {})).toMatchObject({ restarted: true });
    fake.refusal = {
      reason: 'config.apply persisted but was not applied to the active Gateway (failed); run config.get',
    };
    await expect(configuration.apply('research', level('debug'), {})).rejects.toEqual(codeOf('config.not-in-force'));
    expect(await configuration.history('research')).toHaveLength(2);
  });

  it('waits for a gateway that is just restarting, for reading and for writing', async () => {
    const { read, configuration, fake } = open({ restarting: 1 });
    expect((await read()).source).toBe('gateway');
    const { hash } = await read();
    fake.restarting = 1;
    expect(await configuration.apply('research', level('debug'), { base: hash })).toMatchObject({ by: 'hardshell' });
    fake.onApply = () => {
      delete fake.onApply;
      throw new AppError('gateway.rpc', { details: { reason: 'config.apply unavailable during gateway restart' } });
    };
    await configuration.apply('research', level('trace'), {});
    expect(fake.text).toContain('trace');
  });

  it('tells a gateway’s refusal setting by setting, without a secret', async () => {
    const { configuration, fake } = open();
    fake.refusal = {
      reason: 'invalid config',
      issues: [{ path: 'logging.level', message: 'no such level: hush-hush-token' }],
    };
    const edit: ConfigEdit = { kind: 'patch', patch: { channels: { slack: { botToken: 'hush-hush-token' } } } };
    const error: unknown = await configuration.apply('research', edit, {}).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'config.rejected', details: { issues: [{ path: 'logging.level' }] } });
    expect(JSON.stringify(error)).not.toContain('hush-hush');
  });

  it('is shown as the gateway understands it where it does not hand out the text', async () => {
    const { fake, read, configuration } = open();
    const parsed = { gateway: { auth: { token: REDACTED } }, logging: { level: 'info' } };
    fake.answer = { exists: true, raw: null, parsed };
    expect((await read()).value).toEqual(parsed);
    expect((await configuration.preview('research', level('debug'), {})).changes).toHaveLength(1);
    fake.answer = { exists: true, raw: null, parsed: null };
    await expect(read()).rejects.toEqual(codeOf('config.unreadable'));
    fake.answer = { exists: false, raw: null, parsed: {} };
    await expect(read()).rejects.toEqual(codeOf('config.missing'));
  });

  it('is told of by its faults where the gateway does not accept it, with a way out', async () => {
    const { fake, read, configuration } = open();
    const issues = [{ path: 'channels.telegram', message: 'is "sk-or-v1-0123456789abcdef"', allowedValues: [1] }];
    fake.answer = { exists: true, valid: false, raw: null, parsed: null, issues };
    const told = {
      code: 'config.rejected',
      hint: expect.stringContaining('Stop the instance') as unknown,
      details: { issues: [{ path: 'channels.telegram', message: 'is "[redacted]"' }] },
    };
    await expect(read()).rejects.toMatchObject(told);
    await expect(configuration.preview('research', level('debug'), {})).rejects.toMatchObject(told);
  });

  it('is refused with its faults also where the gateway says more about them', async () => {
    const { configuration, fake } = open();
    const issue = { path: 'logging.level', message: 'no such level', allowedValues: ['info'] };
    fake.refusal = { reason: 'invalid config', issues: [issue] };
    await expect(configuration.apply('research', level('loud'), {})).rejects.toMatchObject({
      code: 'config.rejected',
      details: { issues: [{ path: 'logging.level', message: 'no such level' }] },
    });
  });

  it('says of a change that is taken back which secrets stay those of now', async () => {
    const { configuration } = open();
    const patch = { channels: { telegram: { botToken: 'another-bot' } }, tools: { profile: 'full' } };
    const entry = await configuration.apply('research', { kind: 'patch', patch }, {});
    if (entry === undefined) throw new Error('Nothing was changed.');
    const preview = await configuration.preview('research', { kind: 'revert', entry: entry.id }, {});
    expect(preview.warnings).toContainEqual(expect.stringContaining('channels.telegram.botToken keeps'));
  });

  it('is in the history before the gateway has come back, and then with what it says', async () => {
    const { configuration, fake, read } = open();
    await read();
    fake.onApply = () => {
      fake.text = fake.text.replace('info', 'debug');
      fake.away = 2;
    };
    fake.refusal = { reason: 'config.apply persisted; wait for the Gateway to restart' };
    const patch = { logging: { level: 'debug' }, agents: { defaults: { model: 'a/b' } } };
    const applying = configuration.apply('research', { kind: 'patch', patch }, {});
    await expect.poll(() => fake.remembered).toEqual([{ model: 'a/b' }]);
    expect(fake.away).toBeGreaterThan(0);
    expect(await configuration.history('research')).toMatchObject([{ by: 'hardshell', restarted: true }]);
    const hash = `hmac:${hashConfig(fake.text)}`;
    expect(await applying).toMatchObject({ hash });
    expect(await configuration.history('research')).toMatchObject([{ by: 'hardshell', hash }]);
  });

  it('forgets a model that was taken away', async () => {
    const { configuration, fake } = open({ text: FILE.replace('// mine', 'agents: { defaults: { model: "a/b" } },') });
    await configuration.apply('research', { kind: 'patch', patch: { agents: { defaults: { model: null } } } }, {});
    expect(fake.remembered).toEqual([{ model: undefined }]);
    expect(Object.keys(fake.remembered[0] ?? {})).toEqual(['model']);
  });
});
