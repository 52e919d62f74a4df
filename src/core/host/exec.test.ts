import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import { change, query } from './command.ts';
import { exec, expectOk, lastLines, type ExecResult } from './exec.ts';
import { createFakeHost } from './fake/fake-host.ts';

const result = (more: Partial<ExecResult>): ExecResult => ({
  command: query(['npm', 'install']),
  code: 0,
  signal: null,
  stdout: '',
  stderr: '',
  truncated: false,
  ...more,
});

describe('running a command', () => {
  it('reveals a secret to the input alone', async () => {
    const host = createFakeHost().on(/^tee/, (_command, input) => ({ stdout: String(input.length) }));
    const done = await exec(host, change(['tee', '/etc/token']), { input: new Secret('s3cr3t') });
    expect(done.stdout).toBe('6');
    expect(JSON.stringify([done, host.calls])).not.toContain('s3cr3t');
  });

  it('hands on whole lines, also those cut in the middle of a character', async () => {
    const host = createFakeHost().on('x', { stdout: Buffer.from('ä\r\nö\n\nrest'), stderr: 'e\n' });
    const lines: string[] = [];
    await exec(host, query(['x']), { onLine: (stream, line) => lines.push(`${stream}:${line}`) });
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual([
      'stdout:ä',
      'stdout:ö',
      'stdout:',
      'stdout:rest',
    ]);
    expect(lines).toContain('stderr:e');
  });

  it('lets no line grow without end', async () => {
    const host = createFakeHost().on('x', { stdout: Buffer.alloc(1_000_000, 'y') });
    const lines: string[] = [];
    const done = await exec(host, query(['x']), { onLine: (_stream, line) => lines.push(line) });
    expect(lines.join('')).toHaveLength(1_000_000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(300_000);
    expect(done.truncated).toBe(false);
  });

  it('breaks when the connection does', async () => {
    const host = createFakeHost().on('x', { losesConnection: true });
    await expect(exec(host, query(['x']))).rejects.toMatchObject({ code: 'host.connection-lost' });
  });
});

describe('what is expected to end well', () => {
  it('is handed on', () => {
    expect(expectOk(result({ stdout: 'fine' })).stdout).toBe('fine');
  });

  const caught = (more: Partial<ExecResult>): unknown => {
    try {
      return expectOk(result(more), 'Installing');
    } catch (error) {
      return error;
    }
  };

  it('says command, code and last lines otherwise', () => {
    const stderr = Array.from({ length: 30 }, (_, index) => `line ${String(index)}`).join('\n');
    expect(caught({ code: 3, stdout: 'before', stderr })).toMatchObject({
      code: 'command.failed',
      message: 'Installing ended with code 3.',
      details: { doing: 'Installing', command: 'npm install', exitCode: 3, lastLines: stderr.split('\n').slice(-20) },
    });
  });

  it.each([
    ['disk.full', { code: 1, stderr: 'npm ERR! ENOSPC: no space left on device' }],
    ['disk.full', { code: 1, stderr: 'cp: error writing: No space left on device' }],
    ['command.killed', { code: 137 }],
    ['command.killed', { code: null, signal: 'SIGKILL' }],
    ['command.failed', { code: null, signal: 'SIGTERM' }],
  ] as const)('tells %s', (code, more) => {
    expect(caught(more)).toMatchObject({ code });
  });

  it('shows the end of both outputs, or of the one there is', () => {
    expect(lastLines(result({ stdout: 'a\n\nb  \n', stderr: ' \n' }))).toEqual(['a', 'b']);
    expect(lastLines(result({ stdout: 'a', stderr: 'b' }))).toEqual(['a', 'b']);
  });
});
