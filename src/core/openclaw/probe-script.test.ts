import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { query } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { buildProbe, expectReady, parseProbeLine } from './probe-script.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Runs the real command on this machine; `systemctl` is a script that prints these properties. */
async function probe(options: { port: number; timeoutMs?: number; unit?: string }): Promise<ExecResult> {
  const dir = await mkdtemp(join(tmpdir(), 'probe-'));
  try {
    await writeFile(
      join(dir, 'systemctl'),
      `#!/bin/sh\n[ "$*" = "--user show -p ActiveState,SubState,ExecMainStatus,NRestarts,Result -- a b.service" ] || exit 1\nn=$(cat "$0.n" 2>/dev/null || echo 0); echo $((n+1)) >"$0.n"\n${options.unit ?? ''}\n`,
    );
    await chmod(join(dir, 'systemctl'), 0o755);
    const { argv } = buildProbe({
      node: process.execPath,
      port: options.port,
      timeoutMs: options.timeoutMs ?? 5000,
      ...(options.unit === undefined ? {} : { unit: { user: 'nobody', name: 'a b.service' } }),
    });
    const [program, ...args] = argv;
    return await new Promise((resolve) => {
      const child = execFile(program, args, { env: { PATH: `${dir}:/usr/bin:/bin` } }, (_error, stdout, stderr) => {
        resolve({
          command: query(argv),
          code: child.exitCode,
          signal: child.signalCode,
          stdout,
          stderr,
          truncated: false,
        });
      });
    });
  } finally {
    await rm(dir, { recursive: true });
  }
}

const states = (result: ExecResult): string[] =>
  result.stdout.split('\n').flatMap((line) => parseProbeLine(line)?.state ?? []);
const failure = (result: ExecResult): unknown => {
  try {
    return expectReady(result);
  } catch (error) {
    return error;
  }
};

describe('the probe', () => {
  it('follows a gateway from starting to ready', async () => {
    let asked = 0;
    const port = await serve((request, response) => {
      asked += 1;
      const path = request.url ?? '';
      if (path === '/startupz' && asked < 3) response.writeHead(503).end('{"ok":false,"status":"starting"}');
      else if (path === '/startupz')
        response.end('{"ok":true,"status":"started","version":"2026.9.6","uptimeMs":5891}');
      else if (asked < 6) response.writeHead(503).end('{"ready":false,"failing":["telegram"]}');
      else response.end('{"ready":true,"failing":[],"uptimeMs":5873}');
    });
    const result = await probe({ port });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(states(result)).toEqual(['starting', 'started', 'started', 'ready']);
    expect(expectReady(result).readyAfterMs).toBeGreaterThan(300);
  });

  it('does not take any page with 200 for a gateway', async () => {
    const port = await serve((_request, response) => response.end('<html>'));
    const result = await probe({ port, timeoutMs: 500 });
    expect(result.code).toBe(75);
    expect(failure(result)).toMatchObject({
      code: 'gateway.not-ready',
      message: expect.stringContaining('is starting') as unknown,
    });
  });

  it('names what keeps a started gateway from being ready', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/startupz') response.end('{"ok":true,"status":"started"}');
      else response.writeHead(503).end('{"ready":false,"failing":["telegram","agent-db"]}');
    });
    const result = await probe({ port, timeoutMs: 500 });
    expect(failure(result)).toMatchObject({
      code: 'gateway.not-ready',
      message: 'The gateway did not become ready in time: it reports telegram, agent-db.',
    });
  });

  it('waits for a port that nobody listens on, to its deadline', async () => {
    const port = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const result = await probe({ port, timeoutMs: 400, unit: 'echo ActiveState=active; echo NRestarts=0' });
    expect(states(result)).toEqual(['waiting', 'deadline']);
    expect(failure(result)).toMatchObject({ code: 'gateway.not-ready' });
  });

  it.each([
    [
      'refuses its configuration',
      'echo ActiveState=failed; echo Result=exit-code; echo ExecMainStatus=78',
      78,
      'gateway.config-exit',
    ],
    ['has failed', 'echo ActiveState=failed; echo Result=oom-kill; echo ExecMainStatus=9', 76, 'gateway.not-ready'],
    [
      'starts again and again',
      'echo ActiveState=activating; echo NRestarts=$((n*3)); echo ExecMainStatus=1',
      76,
      'gateway.not-ready',
    ],
  ])('does not wait for a unit that %s', async (_name, unit, code, error) => {
    const port = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const begun = performance.now();
    const result = await probe({ port, timeoutMs: 20_000, unit });
    expect(result.code).toBe(code);
    expect(failure(result)).toMatchObject({ code: error });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('says so when it could not run', async () => {
    const broken = {
      ...(await probe({ port: 1, timeoutMs: 1 })),
      code: 127,
      stdout: '',
      stderr: 'sh: 1: node: not found',
    };
    expect(failure(broken)).toMatchObject({
      code: 'command.failed',
      details: { exitCode: 127, lastLines: ['sh: 1: node: not found'] },
    });
  });
});

describe('parseProbeLine', () => {
  it.each([
    ['{"state":"started","failing":["telegram"],"atMs":1200}', 'the gateway has started, but is not ready: telegram'],
    ['{"state":"ready","atMs":12345}', 'the gateway is ready (12.3 s)'],
    [
      '{"state":"failed","activeState":"failed","subState":"failed","result":"exit-code","exitCode":1,"restarts":2,"atMs":1}',
      'the service has given up: exit-code, exit code 1, 2 restarts',
    ],
  ])('%s', (line, text) => {
    expect(parseProbeLine(line)?.text).toBe(text);
  });

  it.each(['', 'node: bad option', '{"state":"other","atMs":1}', '{broken'])('takes %j for something else', (line) => {
    expect(parseProbeLine(line)).toBeUndefined();
  });
});
