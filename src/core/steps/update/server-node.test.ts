import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverLayout } from '../../openclaw/server-layout.ts';
import { EXIT_NODE_NOT_KEPT, KEEP_NODE, keptNodeLayout, PUT_NODE_BACK } from './server-node.ts';

describe('the older Node.js', () => {
  let dir = '';
  const place = (): string => join(dir, 'node');
  const kept = (): string => join(dir, 'node.older');
  const put = (version: string): void => {
    rmSync(place(), { recursive: true, force: true });
    mkdirSync(join(place(), 'bin'), { recursive: true });
    writeFileSync(join(place(), 'bin/node'), `#!/bin/sh\necho v${version}\n`);
    chmodSync(join(place(), 'bin/node'), 0o755);
  };
  const run = (script: string, ...words: string[]): number | null =>
    spawnSync('sh', ['-c', script, 'sh', ...words]).status;
  const runs = (): string => spawnSync(join(place(), 'bin/node'), { encoding: 'utf8' }).stdout.trim();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'hardshell-node-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('is put back as it was, without a download', () => {
    put('24.1.0');
    expect(run(KEEP_NODE, place(), kept())).toBe(0);
    put('26.2.0');
    expect(run(PUT_NODE_BACK, kept(), place(), '24.1.0')).toBe(0);
    expect(runs()).toBe('v24.1.0');
    expect(readdirSync(dir)).toEqual(['node']);
  });

  it('is left alone where what was kept is another one, or nothing', () => {
    put('26.2.0');
    expect(run(PUT_NODE_BACK, kept(), place(), '24.1.0')).toBe(EXIT_NODE_NOT_KEPT);
    expect(run(KEEP_NODE, place(), kept())).toBe(0);
    expect(run(PUT_NODE_BACK, kept(), place(), '24.1.0')).toBe(EXIT_NODE_NOT_KEPT);
    expect(runs()).toBe('v26.2.0');
  });

  it('is put back also where a run before was killed between two renames', () => {
    put('24.1.0');
    run(KEEP_NODE, place(), kept());
    mkdirSync(`${place()}.retired.abc`);
    rmSync(place(), { recursive: true });
    expect(run(PUT_NODE_BACK, kept(), place(), '24.1.0')).toBe(0);
    expect([runs(), existsSync(`${place()}.retired.abc`)]).toEqual(['v24.1.0', false]);
  });

  it('lies beside the one that units name', () => {
    const { nodeDir, node, npmCli } = keptNodeLayout(serverLayout);
    expect(nodeDir).toBe(`${serverLayout.nodeDir}.older`);
    expect([node, npmCli].every((path) => path.startsWith(`${nodeDir}/`))).toBe(true);
  });
});
