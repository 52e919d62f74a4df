import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLines, runFake } from '../../test/cli/run-fake.ts';
import { parseSecrets } from './secrets-input.ts';

const DEPLOY = ['deploy', 'research', '--to', 'ssh://root@203.0.113.7', '--yes', '--secrets-stdin'];

function refusalOf(text: string): unknown {
  try {
    parseSecrets(text);
  } catch (error) {
    return error;
  }
  return expect.unreachable(`It was taken: ${text}`);
}

describe('--secrets-stdin', () => {
  it('hands the secrets to the deployment, and shows none of them', async () => {
    const secrets = {
      sshPassword: 'hunter2-ssh',
      sudoPassword: 'hunter2-sudo',
      keyPassphrase: 'hunter2 "key"',
      providerKey: 'sk-hunter2',
      telegramToken: '123456:ABCdefGHIjkl',
    };
    const { code, core, io } = await runFake(DEPLOY, { input: `${JSON.stringify(secrets)}\n` });
    expect(code).toBe(0);
    const given = core.calls[0]?.[1] as { options: { secrets: Record<string, { reveal(): string }> } };
    expect(
      Object.fromEntries(Object.entries(given.options.secrets).map(([name, secret]) => [name, secret.reveal()])),
    ).toEqual(secrets);
    for (const secret of Object.values(secrets)) expect(io.written.both).not.toContain(secret);
    expect(JSON.stringify(core.calls)).not.toContain('hunter2');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hunter2'],
    ['a list', '["hunter2"]'],
    ['a text', '"hunter2"'],
    ['two objects', '{"sshPassword":"hunter2"}{"sshPassword":"hunter2"}'],
    ['an unknown field', '{"sshPasword":"hunter2"}'],
    ['a field named like a secret', '{"hunter2":"x"}'],
    ['a field of another type', '{"sshPassword":["hunter2"]}'],
    ['a token that is none', '{"telegramToken":"hunter2"}'],
    ['a key with a space', '{"providerKey":"hunter2 hunter2"}'],
    ['an empty password', '{"sudoPassword":""}'],
    ['too much', `{"sshPassword":"hunter2${' '.repeat(70_000)}"}`],
  ])('refuses %s without repeating it', async (_, input) => {
    for (const json of [[], ['--json']]) {
      const { code, core, io } = await runFake([...DEPLOY, ...json], { input });
      expect(code).toBe(2);
      expect(core.calls).toEqual([]);
      expect(io.written.both).not.toContain('hunter2');
      if (json.length > 0) expect(parseLines(io).at(-1)).toMatchObject({ type: 'result', ok: false, exitCode: 2 });
    }
  });

  it('names the field that is wrong', () => {
    expect(() => parseSecrets('{"telegramToken":"hunter2"}')).toThrow(/telegramToken.*looks like/);
    expect(() => parseSecrets('{"sshPasword":"x"}')).toThrow(/not one of sshPassword, sudoPassword/);
  });

  it('says no word of the input, whatever it is', () => {
    const value = fc.stringMatching(/^[a-z]{12,20}$/);
    fc.assert(
      fc.property(value, fc.json(), fc.constantFrom('sshPassword', 'telegramToken', 'else'), (secret, json, field) => {
        for (const text of [
          secret,
          `{"${field}":"${secret}`,
          `{"${field}":{"${secret}":"${secret}"}}`,
          `{"${secret}":${json}}`,
          `[${json},"${secret}"]`,
        ]) {
          const refusal = refusalOf(text);
          expect(String(refusal) + JSON.stringify(refusal)).not.toContain(secret);
        }
      }),
    );
  });

  it('is not typed at a terminal, where everyone would see it', async () => {
    const { code, io } = await runFake(DEPLOY, { tty: true });
    expect(code).toBe(2);
    expect(io.written.err).toContain('not from a terminal');
  });
});
