import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findByEnvironment, parseLinuxEntry, parsePsTable, readProcessTable } from './process-table.ts';

describe('the process table', () => {
  it('is read from what Linux says, also of programs with odd names', () => {
    expect(parseLinuxEntry('6281 (node (x) y) S 6279 6280 6281 0 -1 4194560')).toEqual({ pid: 6281, groupId: 6280 });
    expect(parseLinuxEntry('7 (node) Z 1 7 7 0 -1 4194560')).toBeUndefined();
    expect(parseLinuxEntry('')).toBeUndefined();
  });

  it('is read from what ps says', () => {
    expect(parsePsTable('    1     1 Ss  \n  501   499 S+\n  502   499 Z\n\n')).toEqual([
      { pid: 1, groupId: 1 },
      { pid: 501, groupId: 499 },
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'holds the process that asks, and its children with their groups',
    async () => {
      const child = spawn('sleep', ['30'], {
        detached: true,
        stdio: 'ignore',
        env: { ...process.env, MARK: 'of-this-test' },
      });
      try {
        const table = await readProcessTable(process.platform);
        expect(table.some(({ pid }) => pid === process.pid)).toBe(true);
        expect(table).toContainEqual({ pid: child.pid, groupId: child.pid });
        if (process.platform !== 'linux') return;
        expect(await findByEnvironment('linux', 'MARK', 'of-this-test')).toEqual([child.pid]);
        expect(await findByEnvironment('linux', 'MARK', 'of-this')).toEqual([]);
      } finally {
        child.kill('SIGKILL');
      }
    },
  );
});
