import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parsePsUsage, parseStat, readTreeUsage } from './tree-usage.ts';

describe('what a tree of processes takes', () => {
  it('counts what it has started, also in a group of its own', async () => {
    const burn = 'for (const end = Date.now() + 20000; Date.now() < end; );';
    const parent = `const burning = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(burn)}], { detached: true, stdio: 'ignore' });
      console.log(burning.pid); setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const { pid = 0 } = child;
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    try {
      await sleep(300);
      const before = await readTreeUsage(pid, process.platform);
      const burnt = async (): Promise<number> =>
        ((await readTreeUsage(pid, process.platform))?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0);
      await expect.poll(burnt).toBeGreaterThan(0.2);
      expect((await readTreeUsage(pid, process.platform))?.memoryBytes).toBeGreaterThan(40e6);
    } finally {
      process.kill(Number(said.toString()), 'SIGKILL');
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(await readTreeUsage(pid, process.platform)).toBeUndefined();
  });

  it('is read from /proc, whatever a program is called', () => {
    expect(parseStat('812 (a) b) S 7 812 812 0 -1 0 0 0 0 0 150 50 20 30 20 0')).toEqual({
      pid: 812,
      parent: 7,
      cpuSeconds: 2.5,
      memoryBytes: undefined,
    });
    expect(parseStat('')).toBeUndefined();
  });

  it('is read from ps, with hours and days', () => {
    expect(parsePsUsage('  501     1   12:03.45  88064\n 502 501 1-02:00:01 4\n')).toEqual([
      { pid: 501, parent: 1, cpuSeconds: 723.45, memoryBytes: 88_064 * 1024 },
      { pid: 502, parent: 501, cpuSeconds: 93_601, memoryBytes: 4096 },
    ]);
  });
});
