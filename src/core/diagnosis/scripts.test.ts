import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOOK_SCRIPT } from './look-script.ts';
import { MEND_SCRIPT } from './mend-script.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hardshell-scripts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, text = 'x', ageDays = 0): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  const at = Date.now() / 1000 - ageDays * 86_400;
  utimesSync(file, at, at);
  return file;
}

const place = (): object => ({ config: path.join(folder, 'openclaw.json'), state: folder });

function mend(order: object): Record<string, unknown> {
  const input = JSON.stringify({ ...order, ...place() });
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', MEND_SCRIPT], { input, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function look(): unknown {
  const question = JSON.stringify({ ...place(), posix: true });
  const { stdout } = spawnSync(process.execPath, ['-e', LOOK_SCRIPT, question], { encoding: 'utf8' });
  return JSON.parse(stdout) as unknown;
}

describe('sessions that were deleted', () => {
  it("are counted and removed in OpenClaw's own folders alone", () => {
    const own = [
      put('agents/main/sessions/a.jsonl.deleted.2026-01-01'),
      put('agents/main/sessions/b.jsonl.reset.2026-01-01'),
      put('agents/main/sessions/deep/c.jsonl.tmp', 'x', 2),
    ];
    const kept = [
      put('workspace/sessions/notes.deleted.md'),
      put('workspace/agents/main/sessions/notes.tmp.md', 'x', 9),
      put('agents/main/agent/sessions/x.reset.json'),
      put('sessions/y.deleted'),
      put('agents/main/sessions/d.jsonl'),
      // it may be written just now
      put('agents/main/sessions/e.jsonl.tmp'),
    ];
    expect(look()).toMatchObject({ state: { left: { files: 3, bytes: 3 } } });
    expect(mend({ order: 'sessions' })).toEqual({ count: 3, bytes: 3 });
    expect(own.filter((file) => existsSync(file))).toEqual([]);
    expect(kept.filter((file) => !existsSync(file))).toEqual([]);
  });
});

describe('a configuration brought back', () => {
  const file = (): string => path.join(folder, 'openclaw.json');
  const base = (text: string): string => createHash('sha256').update(text).digest('hex');
  const bringBack = (): void => {
    const { whole, base: over } = mend({ order: 'find-whole' });
    expect(mend({ order: 'write-config', text: whole, base: over })).toEqual({});
  };

  it('is the newest that is whole', () => {
    put('openclaw.json', '{ broken');
    put('openclaw.json.bak', '{"a":1}', 1);
    put('openclaw.json.last-good', '{"a":2}', 2);
    expect(mend({ order: 'find-whole' })).toEqual({ whole: '{"a":1}', base: base('{ broken') });
    expect(readFileSync(file(), 'utf8')).toBe('{ broken');
    bringBack();
    expect(readFileSync(file(), 'utf8')).toBe('{"a":1}');
    expect(readFileSync(path.join(folder, 'openclaw.json.before-repair'), 'utf8')).toBe('{ broken');
  });

  it('leaves alone what an earlier repair has kept, where there is nothing to keep', () => {
    put('openclaw.json.before-repair', '{ older');
    put('openclaw.json.bak', '{"a":1}');
    bringBack();
    expect(readFileSync(path.join(folder, 'openclaw.json'), 'utf8')).toBe('{"a":1}');
    expect(readFileSync(path.join(folder, 'openclaw.json.before-repair'), 'utf8')).toBe('{ older');
  });

  it.runIf(process.platform !== 'win32')('comes through no link, and no link is kept', () => {
    const foreign = put('elsewhere/foreign.json', '{"foreign":true}');
    symlinkSync(foreign, path.join(folder, 'openclaw.json.bak'));
    expect(mend({ order: 'find-whole' })).toEqual({ refused: 'nothing' });
    symlinkSync(foreign, path.join(folder, 'openclaw.json'));
    put('openclaw.json.last-good', '{"a":2}');
    bringBack();
    expect(readFileSync(path.join(folder, 'openclaw.json'), 'utf8')).toBe('{"a":2}');
    expect(existsSync(path.join(folder, 'openclaw.json.before-repair'))).toBe(false);
    expect(readFileSync(foreign, 'utf8')).toBe('{"foreign":true}');
  });
});
