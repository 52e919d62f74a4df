import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  isPidUsed,
  isProcessAlive,
  parseLinuxStart,
  parsePsStart,
  parseWindowsStart,
  readOwnIdentity,
  readProcessIdentity,
  rememberIdentity,
} from './process-identity.ts';

const BOOT = '5f0e6a1c-8b7d-4d7e-9c55-0d6a4f1b2c3d';

describe('what the operating systems answer', () => {
  const stat = (name: string, state: string): string =>
    `4711 (${name}) ${state} 4700 4711 4700 34816 4711 4194304 1200 0 3 0 12 4 0 0 20 0 11 0 8812345 1234567 890 18446744073709551615 1 1 0 0 0`;

  it('Linux: the ticks and the boot they count from', () => {
    expect(parseLinuxStart(stat('node', 'S'), `${BOOT}\n`)).toBe(`${BOOT}/8812345`);
  });

  it('Linux: a name with spaces and parentheses does not shift the fields', () => {
    expect(parseLinuxStart(stat('a) R 1 (b', 'R'), BOOT)).toBe(`${BOOT}/8812345`);
  });

  it('Linux: who has ended and is only not reaped does not run', () => {
    expect(parseLinuxStart(stat('node', 'Z'), BOOT)).toBeUndefined();
    expect(parseLinuxStart(stat('node', 'X'), BOOT)).toBeUndefined();
  });

  it('Linux: another form is an error, not another process', () => {
    expect(() => parseLinuxStart('4711 (node) S 1', BOOT)).toThrow(/another form/);
  });

  it('macOS: the time of ps, one text for one time', () => {
    expect(parsePsStart('Ss   Thu Sep 24 10:11:12 2026    \n')).toBe('Thu Sep 24 10:11:12 2026');
    expect(parsePsStart('R+   Thu Sep  3 10:11:12 2026\n')).toBe('Thu Sep 3 10:11:12 2026');
    expect(parsePsStart('Z    Thu Sep 24 10:11:12 2026\n')).toBeUndefined();
    expect(parsePsStart('')).toBeUndefined();
    expect(() => parsePsStart('ps: illegal option\n')).toThrow(/another form/);
  });

  it('Windows: a file time', () => {
    expect(parseWindowsStart('134033142723456789\r\n')).toBe('134033142723456789');
    expect(parseWindowsStart('\r\n')).toBeUndefined();
    expect(() => parseWindowsStart('Get-Process : denied')).toThrow(/another form/);
  });
});

describe('a real process', () => {
  it('is told from others, and from a later one with its pid', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const identity = await readProcessIdentity(child.pid ?? 0);
    if (identity === undefined) throw new Error('not found');
    expect(await isProcessAlive(identity)).toBe(true);
    expect(await isProcessAlive({ ...identity, startedAt: 'earlier' })).toBe(false);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(await isProcessAlive(identity)).toBe(false);
    expect(isPidUsed(identity.pid)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('that has ended and was not reaped is not alive', async () => {
    // The shell becomes a program that never waits for the child.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(chunk.toString());
      await expect.poll(() => readProcessIdentity(pid)).toBeUndefined();
      expect(isPidUsed(pid)).toBe(true);
    } finally {
      const ended = once(parent, 'exit');
      parent.kill('SIGKILL');
      await ended;
    }
  });

  it('knows itself, always the same', async () => {
    const own = await readOwnIdentity();
    expect(own.pid).toBe(process.pid);
    expect(await readProcessIdentity(process.pid)).toEqual(own);
    expect(await isProcessAlive(own)).toBe(true);
  });
});

describe('what was found out once', () => {
  it('is not asked again; what could not be found out is', async () => {
    const answers = [
      () => Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' })),
      () => Promise.resolve(undefined),
      () => Promise.resolve({ pid: 4711, startedAt: 'today' }),
      () => Promise.resolve({ pid: 4712, startedAt: 'later' }),
    ];
    const read = rememberIdentity(() => answers.shift()?.() ?? Promise.resolve(undefined));
    await expect(read()).rejects.toThrow('too many open files');
    await expect(read()).rejects.toThrow('does not know this process');
    expect(await Promise.all([read(), read()])).toEqual(Array(2).fill({ pid: 4711, startedAt: 'today' }));
    expect(await read()).toEqual({ pid: 4711, startedAt: 'today' });
  });
});
