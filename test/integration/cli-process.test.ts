import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLineSchema } from '../../src/cli/json-lines.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';

/* The command line as it is shipped: the launcher, the build, a process with real streams and signals. */

const launcher = fileURLToPath(new URL('../../bin/hardshell', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the command line as a process', () => {
  let folder: Awaited<ReturnType<typeof tempDataDir>>;
  const running = new Set<ChildProcessWithoutNullStreams>();

  beforeAll(async () => {
    folder = await tempDataDir();
    // The first call of a checkout builds it.
    await run(['--version']);
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await folder[Symbol.asyncDispose]();
  });

  function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, [launcher, ...argv], {
      env: {
        ...process.env,
        HARDSHELL_DATA_DIR: join(folder.path, 'data'),
        HOME: folder.path,
        SSH_AUTH_SOCK: '',
        ...env,
      },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  async function end(child: ChildProcessWithoutNullStreams): Promise<Ended> {
    const texts = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...texts };
  }

  const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    const child = start(argv, env);
    child.stdin.end();
    return end(child);
  };
  const parse = (text: string): unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => jsonLineSchema.parse(JSON.parse(line)));

  it('tells its version and its records, wherever it is called from', async () => {
    const { version } = JSON.parse(await readFile(join(launcher, '..', '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(parse((await run(['list', '--json'])).stdout)).toEqual([{ type: 'result', ok: true, instances: [] }]);
  });

  it('ends with 2 for what it does not understand, in words and in JSON', async () => {
    expect(await run(['depoly'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Did you mean deploy?') as string,
    });
    expect(await run(['list'], { HARDSHELL_DATA_DIR: 'relative' })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('HARDSHELL_DATA_DIR') as string,
    });
    const { code, stdout, stderr } = await run(['deploy', 'x', '--to', 'nowhere', '--json']);
    expect([code, stderr]).toEqual([2, '']);
    expect(parse(stdout)).toMatchObject([{ ok: false, exitCode: 2 }]);
  });

  it('reads secrets from a pipe, and says nothing of them', async () => {
    const child = start(['deploy', 'x', '--to', 'ssh://root@127.0.0.1:1', '--secrets-stdin', '--yes', '--json']);
    child.stdin.end('{"sshPassword": "hunter2"');
    const { code, stdout, stderr } = await end(child);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('hunter2');
  });

  it('ends with 1 where nobody answers', async () => {
    const { code, stdout } = await run(['deploy', 'x', '--to', 'ssh://root@127.0.0.1:1', '--yes', '--json']);
    expect(code).toBe(1);
    expect(parse(stdout)).toMatchObject([{ ok: false, error: { code: 'host.unreachable' } }]);
  });

  it('ends quietly when its output is closed', async () => {
    const child = start(['--help']);
    child.stdout.destroy();
    const { stderr } = await end(child);
    expect(stderr).toBe('');
  });

  it.each([
    ['once', 1],
    ['twice', 2],
  ])('interrupted %s, ends with 130', async (_, times) => {
    // A server that accepts and never says a word.
    const sockets = new Set<{ destroy(): void }>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const child = start([
        'deploy',
        'x',
        '--to',
        `ssh://root@127.0.0.1:${String((silent.address() as AddressInfo).port)}`,
        '--yes',
        '--json',
      ]);
      const ended = end(child);
      await once(silent, 'connection');
      for (let count = 0; count < times; count += 1) child.kill('SIGINT');
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      expect(parse(stdout).at(-1)).toMatchObject({ ok: false, exitCode: 130, error: { code: 'run.cancelled' } });
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it('leaves the native module of the keychain outside its bundle, where it has its binary', async () => {
    const build = await newestBuild();
    const files = (await readdir(build, { recursive: true })).filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(files.map((name) => readFile(join(build, name), 'utf8')));
    expect(texts.some((text) => text.includes('loadNative("keytar")'))).toBe(true);
    expect(texts.some((text) => text.includes('keytar.node'))).toBe(false);
  });
});

async function newestBuild(): Promise<string> {
  const given = process.env['HARDSHELL_BUILD'];
  if (given !== undefined && given !== '') return given;
  const out = fileURLToPath(new URL('../../out', import.meta.url));
  const builds = (await readdir(out)).filter((name) => name.startsWith('build-')).map((name) => join(out, name));
  const dated = await Promise.all(builds.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  const newest = dated.sort((a, b) => b.at - a.at)[0];
  if (newest === undefined) throw new Error('There is no build.');
  return newest.path;
}
