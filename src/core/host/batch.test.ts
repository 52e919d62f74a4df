import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatchScript, execBatch, parseBatch } from './batch.ts';
import { query, queryScript, resolveArgv } from './command.ts';
import type { ExecResult } from './exec.ts';
import { createFakeHost } from './fake/fake-host.ts';

const NONCE = 'f'.repeat(32);
const wrap = resolveArgv;
const anyText = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));

describe('a batch', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'hardshell-batch-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function run(commands: readonly ReturnType<typeof query>[], shell = 'sh'): ExecResult[] {
    const stdout = execFileSync(shell, ['-c', buildBatchScript(commands.map(wrap), NONCE)], {
      env: { ...process.env, TMPDIR: dir },
    }).toString();
    return parseBatch(stdout, NONCE, commands, {
      command: query(['sh']),
      code: 0,
      signal: null,
      stdout,
      stderr: '',
      truncated: false,
    });
  }

  it('gives every command’s words, output and errors back unchanged', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText, fc.nat(125)), { minLength: 1, maxLength: 12 }), (all) => {
        const results = run(
          all.map(([out, err, code]) => queryScript('printf %s "$1"; printf %s "$2" >&2; exit "$3"', [out, err, code])),
        );
        expect(results.map(({ stdout, stderr, code }) => [stdout, stderr, code])).toEqual(all);
      }),
      { numRuns: 15 },
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('cannot be fooled by an output that looks like a boundary of another one', () => {
    const results = run([
      queryScript('printf "\\n%s out\\n\\n%s err 0\\n" "$1" "$1"', ['e'.repeat(32)]),
      query(['printf', '%s', 'second']),
    ]);
    expect(results[1]?.stdout).toBe('second');
  });

  it('leaves no folder behind when it is ended', async () => {
    const child = spawn('sh', ['-c', buildBatchScript([['sleep', '300']], NONCE)], {
      env: { ...process.env, TMPDIR: dir },
      detached: true,
    });
    const made = (): string[] => readdirSync(dir, { recursive: true }).map(String);
    await expect.poll(made).toContainEqual(expect.stringContaining('0.o'));
    const ended = once(child, 'exit');
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
    await sleep(20);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('of nothing asks nothing', async () => {
    const host = createFakeHost();
    expect(await execBatch(host, [], { runAs: 'root', wrap })).toEqual([]);
    expect(host.traffic.roundTrips).toBe(0);
  });

  it('that was cut short is an error, not an answer', async () => {
    const host = createFakeHost().on(/mktemp/, { stdout: 'half', stderr: 'no space left\n', code: 1 });
    await expect(execBatch(host, [query(['true'])], { runAs: 'login', wrap })).rejects.toMatchObject({
      code: 'command.failed',
      details: { exitCode: 1, lastLines: ['no space left'] },
    });
  });
});
