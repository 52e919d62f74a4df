import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { expectValidConfig } from './validate-result.ts';

/** Answers of openclaw 2026.9.6. */
const answers = {
  valid: '{"valid":true,"path":"/home/openclaw/.openclaw/openclaw.json","warnings":[]}\n',
  warned:
    '{"valid":true,"path":"/home/openclaw/.openclaw/openclaw.json","warnings":[{"path":"gateway.auth.token","message":"Missing env var \\"NOPE\\" - feature using this value will be unavailable"}]}\n',
  invalid: `{
  "ok": false,
  "error": {
    "type": "cli_error",
    "message": "OpenClaw config is invalid: ~/.openclaw/openclaw.json"
  },
  "valid": false,
  "path": "/home/openclaw/.openclaw/openclaw.json",
  "issues": [
    {
      "path": "gateway.bind",
      "message": "Invalid input (allowed: \\"auto\\", \\"lan\\", \\"loopback\\", \\"custom\\", \\"tailnet\\")",
      "allowedValues": [
        "auto",
        "lan",
        "loopback",
        "custom",
        "tailnet"
      ]
    },
    {
      "path": "<root>",
      "message": "Unrecognized key: \\"nonsense\\""
    }
  ]
}
`,
  missing:
    '{"ok":false,"error":{"type":"cli_error","message":"file not found"},"valid":false,"path":"/home/openclaw/.openclaw/openclaw.json"}\n',
};

const read = (stdout: string, code: number, config = '{}'): ReturnType<typeof expectValidConfig> =>
  expectValidConfig({ code, stdout, stderr: '' }, config);

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('expectValidConfig', () => {
  it('returns the warnings of a valid file', () => {
    expect(read(answers.valid, 0)).toEqual([]);
    expect(read(answers.warned, 0)).toEqual([
      { path: 'gateway.auth.token', message: 'Missing env var "NOPE" - feature using this value will be unavailable' },
    ]);
  });

  it('names every issue of an invalid one', () => {
    const error = refusal(() => read(answers.invalid, 1));
    expect(error.code).toBe('config.rejected');
    expect(error.message).toContain('gateway.bind: Invalid input (allowed: "auto"');
    expect(error.details).toEqual({
      issues: [
        {
          path: 'gateway.bind',
          message: 'Invalid input (allowed: "auto", "lan", "loopback", "custom", "tailnet")',
        },
        { path: '<root>', message: 'Unrecognized key: "nonsense"' },
      ],
    });
  });

  it('says what OpenClaw says where there is no file', () => {
    expect(refusal(() => read(answers.missing, 1)).message).toContain('file not found');
  });

  it('finds the answer below what plugins print', () => {
    expect(read(`[plugins] loading {x}\n${answers.valid}`, 0)).toEqual([]);
  });

  it('takes the last of several answers', () => {
    expect(refusal(() => read(answers.valid + answers.invalid, 1)).code).toBe('config.rejected');
    expect(read(answers.warned + answers.valid, 0)).toEqual([]);
  });

  it('never repeats a secret of the file', () => {
    const config = `{gateway: {auth: {token: 'the-token', password: 'the-token-2'}}, env: {vars: {X_API_KEY: 'sk-or-1'}}}`;
    const stdout = JSON.stringify({
      valid: false,
      issues: [{ path: 'x', message: 'not the-token-2, the-token or sk-or-1' }],
    });
    expect(JSON.stringify(refusal(() => read(stdout, 1, config)).toReport())).toContain(
      'not [redacted], [redacted] or [redacted]',
    );
    const crash = refusal(() => expectValidConfig({ code: 1, stdout: '', stderr: 'boom the-token' }, config));
    expect(crash.code).toBe('command.failed');
    expect(crash.details).toEqual({ exitCode: 1, lastLines: ['boom [redacted]'] });
  });
});
