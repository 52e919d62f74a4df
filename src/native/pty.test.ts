import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { OpenPty, ShellSession } from '../core/index.ts';
import { loadOpenPty } from './pty.ts';

const openPty: OpenPty | undefined = await loadOpenPty();

const open = async (...argv: [string, ...string[]]): Promise<ShellSession> => {
  if (openPty === undefined) throw new Error('node-pty does not load');
  const env = { PATH: '/usr/bin:/bin', MARK: 'as given' };
  return openPty({ argv, env, cwd: '/', size: { columns: 90, rows: 20 } });
};

async function readAll(session: ShellSession): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of session.output) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

describe('a native module that does not load', () => {
  it('is no terminal, and no failure', async () => {
    expect(await loadOpenPty(() => Promise.reject(new Error('no such module')))).toBeUndefined();
  });
});

describe('a terminal that is closed already', () => {
  it('takes no size, before its end is told as well', async () => {
    const closed = {
      pid: process.pid,
      onData: () => undefined,
      onExit: () => undefined,
      write: () => undefined,
      resize: () => {
        throw new Error('ioctl(2) failed, EBADF');
      },
      pause: () => undefined,
      resume: () => undefined,
      kill: () => undefined,
    };
    const openClosed = await loadOpenPty(() => Promise.resolve({ spawn: () => closed }));
    const session = await openClosed?.({ argv: ['sh'], env: {}, cwd: '/', size: { columns: 80, rows: 24 } });
    expect(() => session?.resize({ columns: 90, rows: 20 })).not.toThrow();
    expect(session).toBeDefined();
  });
});

describe.runIf(openPty !== undefined)('a terminal of this computer', () => {
  it('runs a program with the environment, folder and size that were given', async () => {
    await using session = await open(
      '/bin/sh',
      '-c',
      'stty size; stty -a | grep -o " iutf8"; pwd; env | grep -c HOME; echo "$MARK" ä; exit 3',
    );
    expect(await readAll(session)).toBe('20 90\r\n iutf8\r\n/\r\n0\r\nas given ä\r\n');
    expect(await session.ended).toEqual({ code: 3, signal: null });
  });

  it('takes what is typed and follows its size', async () => {
    await using session = await open('/bin/sh');
    session.resize({ columns: 111, rows: 22 });
    session.input.write('stty size; echo $((6*7)); exit\n');
    const said = await readAll(session);
    expect(said).toContain('22 111');
    expect(said).toContain('42');
  });

  it('holds a flood back while nobody reads, and ends it when disposed', async () => {
    const session = await open('/bin/sh', '-c', 'head -c 50000000 /dev/zero; echo done');
    session.output.once('readable', () => undefined);
    await sleep(500);
    expect(session.output.readableLength).toBeLessThan(1_000_000);
    await session[Symbol.asyncDispose]();
    expect(await session.ended).toMatchObject({ code: null });
  });

  it.each([40_000, 72_000, 80_000, 160_000])(
    'loses nothing of %d bytes that nobody had read when it ended',
    async (size) => {
      await using session = await open('/bin/sh', '-c', `head -c ${String(size)} /dev/zero | tr '\\0' x; printf last`);
      session.output.once('readable', () => undefined);
      await sleep(700);
      expect(await readAll(session)).toBe(`${'x'.repeat(size)}last`);
      expect(await session.ended).toEqual({ code: 0, signal: null });
    },
  );

  it('ends a shell that does not mind being hung up', async () => {
    const session = await open('/bin/sh', '-c', 'trap "" HUP; echo ready; while :; do sleep 0.1; done');
    // as soon as it says so, it does not mind
    for (let said = ''; !said.includes('ready');) said += String((await once(session.output, 'data'))[0]);
    await session[Symbol.asyncDispose]();
    expect(await session.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
