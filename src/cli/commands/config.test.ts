import { describe, expect, it } from 'vitest';
import { aConfigPreview, CONFIG_ENTRY } from '../../../test/cli/fake-configuration.ts';
import { runFake } from '../../../test/cli/run-fake.ts';
import type { ConfigDescription } from '../../shared/model/config-schema.ts';
import { AppError } from '../../shared/app-error.ts';

const PATCH = ['config', 'research', 'patch', '--set', 'logging.level=debug'];
const base = 'hmac-sha256:v1:first';
const edit = { kind: 'patch', patch: { logging: { level: 'debug' } } };

describe('config', () => {
  it('shows what there is, or one setting', async () => {
    expect((await runFake(['config', 'research', 'get'])).io.written.out).toContain('"logging": { "level": "info" }');
    const one = await runFake(['config', 'research', 'get', 'logging.level']);
    expect([one.code, one.io.written.out.trim()]).toEqual([0, 'info']);
    const { code, io } = await runFake(['config', 'research', 'get', 'logging.nothing']);
    expect([code, io.written.err]).toEqual([2, expect.stringContaining('logging.nothing is not set')]);
  });

  it('tells what a setting is and may be', async () => {
    const setting = {
      description: 'How much is written.',
      types: ['string'],
      values: ['info', 'debug'],
      restarts: true,
      members: [],
    };
    const script = { configDescription: { schema: 'gateway', setting } as const };
    const { code, core, io } = await runFake(['config', 'research', 'explain', 'logging.level'], { script });
    expect(code).toBe(0);
    expect(core.calls).toContainEqual(['configuration.describe', { name: 'research', path: ['logging', 'level'] }]);
    expect(io.written.out).toContain('How much is written.');
    expect(io.written.out).toContain('"info", "debug"');
    expect(io.written.out).toContain('restarts');
    const members = [{ name: 'level', types: ['string'], values: [] }];
    const whole: ConfigDescription = {
      schema: 'kept',
      setting: { ...setting, types: ['object'], values: [], members },
    };
    const all = await runFake(['config', 'research', 'explain'], { script: { configDescription: whole } });
    expect(all.io.written.out).toContain('level  string');
    const none = await runFake(['config', 'research', 'explain', 'logging.lvl']);
    expect([none.code, none.io.written.err]).toEqual([2, expect.stringContaining('knows no logging.lvl')]);
    const away = await runFake(['config', 'research', 'explain'], {
      script: { configDescription: { schema: 'none' } },
    });
    expect([away.code, away.io.written.err]).toEqual([2, expect.stringContaining('not known here')]);
  });

  it('shows a change and applies it to what was shown', async () => {
    const { code, core, io } = await runFake([...PATCH, '--why', 'too quiet', '--yes']);
    expect(code).toBe(0);
    expect(core.calls).toContainEqual(['configuration.preview', { name: 'research', edit }]);
    expect(core.calls).toContainEqual(['configuration.apply', { name: 'research', edit, base, why: 'too quiet' }]);
    expect(io.written.out).toContain('logging.level: "info" → "debug"');
  });

  it('changes nothing with --dry-run, and nothing without an answer', async () => {
    const { code, core } = await runFake([...PATCH, '--dry-run']);
    expect(code).toBe(0);
    expect(core.calls.map(([name]) => name)).not.toContain('configuration.apply');
    expect((await runFake([...PATCH, '--json'])).code).toBe(2);
  });

  it('says where the gateway restarts, and what a person should know', async () => {
    const configPreview = aConfigPreview({ restarts: ['discovery.mode'], warnings: ['tools.profile: mind this.'] });
    const { io } = await runFake([...PATCH, '--yes'], { script: { configPreview } });
    expect(io.written.out).toContain('The gateway restarts: discovery.mode.');
    expect(io.written.out).toContain('tools.profile: mind this.');
  });

  it('says why nothing would change where only comments are other ones', async () => {
    const configPreview = aConfigPreview({ isChange: false, changes: [], warnings: ['the comments go.'] });
    const { code, io } = await runFake([...PATCH, '--yes'], { script: { configPreview } });
    expect([code, io.written.out]).toEqual([0, expect.stringContaining('the comments go.')]);
  });

  it('applies nothing that OpenClaw does not accept', async () => {
    const configPreview = aConfigPreview({ issues: [{ path: 'logging.level', message: 'no such level' }] });
    const { code, core, io } = await runFake([...PATCH, '--yes', '--json'], { script: { configPreview } });
    expect(code).not.toBe(0);
    expect(io.written.out).toContain('config.rejected');
    expect(core.calls.map(([name]) => name)).not.toContain('configuration.apply');
  });

  it('says so when somebody was faster', async () => {
    const { code, io } = await runFake([...PATCH, '--yes'], {
      script: { configFailure: new AppError('config.conflict') },
    });
    expect(code).not.toBe(0);
    expect(io.written.err).toContain('changed by somebody else');
  });

  it('tells what was changed, and takes a change back', async () => {
    const history = await runFake(['config', 'research', 'history']);
    expect(history.io.written.out).toContain(CONFIG_ENTRY);
    expect(history.io.written.out).toContain('too quiet');
    const { core } = await runFake(['config', 'research', 'revert', CONFIG_ENTRY, '--yes']);
    expect(core.calls).toContainEqual([
      'configuration.apply',
      { name: 'research', edit: { kind: 'revert', entry: CONFIG_ENTRY }, base, why: undefined },
    ]);
  });

  it.each([
    [['patch']],
    [['patch', '--set', 'nothing']],
    [['patch', '--set', 'a.b={"open"']],
    [['patch', 'logging.level', '--set', 'a=b']],
    [['get', '--set', 'a=b']],
    [['get', 'a..b']],
    [['history', '--yes']],
    [['revert']],
    [['revert', 'yesterday', '--yes']],
    [['paint']],
  ])('refuses %j before it does anything', async (argv) => {
    const { code, core } = await runFake(['config', 'research', ...argv]);
    expect([code, core.calls]).toEqual([2, []]);
  });

  it.each([
    [['patch', '--set', 'channels.telegram.botToken={"hush-hush"']],
    [['patch', '--set', 'channels..botToken=hush-hush']],
    [['patch', '--set', 'hush-hush']],
    [['patch', 'channels.telegram.botToken=hush-hush']],
  ])('does not repeat what may be a secret: %j', async (argv) => {
    for (const more of [[], ['--json']]) {
      const { code, io } = await runFake(['config', 'research', ...argv, ...more]);
      expect(code).toBe(2);
      expect(io.written.out + io.written.err).not.toContain('hush-hush');
    }
  });

  it('takes settings of all kinds', async () => {
    const settings = ['a.b=1', 'a.c=true', 'a.d=plain', 'a.e=null', 'models["gpt-5.1"].alias="x"', 'f=[1,2]'];
    const { core } = await runFake([
      'config',
      'research',
      'patch',
      '--dry-run',
      ...settings.flatMap((one) => ['--set', one]),
    ]);
    expect(core.calls).toContainEqual([
      'configuration.preview',
      {
        name: 'research',
        edit: {
          kind: 'patch',
          patch: { a: { b: 1, c: true, d: 'plain', e: null }, models: { 'gpt-5.1': { alias: 'x' } }, f: [1, 2] },
        },
      },
    ]);
  });
});
