import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import { countProxyRequests, parseRequests, REQUESTS_SCRIPT } from './request-count.ts';

const FILE = '/data/hardshell/claw-12345678/requests.log';
/** As Caddy 2.11.4 writes it for a site of ours. */
const LINE =
  '{"level":"info","ts":1795270321.5077682,"logger":"http.log.access.hardshell-claw-12345678","msg":"handled request"}\n';
const problem = expect.objectContaining({ code: 'guard.unsupported' }) as unknown;

it('is what wc says, of GNU or of busybox', () => {
  expect(parseRequests('requests 7\n')).toEqual({ requests: 7 });
  expect(parseRequests(`14 ${FILE}\n`)).toEqual({ requests: 14 });
  expect(parseRequests(`       14 ${FILE}\n`)).toEqual({ requests: 14 });
});

it.each(['', '\n', 'requests \n', `wc: ${FILE}: No such file or directory\n`])('is no number in %j', (text) => {
  expect(parseRequests(text)).toEqual({ problem });
});

it('counts the lines of a file as it is, and says so where there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hardshell-requests-'));
  const ask = async (): Promise<string> => {
    const running = promisify(execFile)('sh', ['-c', REQUESTS_SCRIPT, 'sh', join(folder, 'requests.log'), '1']);
    running.child.stdin?.end();
    return (await running).stdout;
  };
  try {
    const none = await ask();
    expect(none).toBe('end\n');
    expect(parseRequests(none.replace('end\n', ''))).toEqual({ problem });
    await writeFile(join(folder, 'requests.log'), '');
    expect(parseRequests(await ask())).toEqual({ requests: 0 });
    await appendFile(join(folder, 'requests.log'), LINE.repeat(3));
    expect(parseRequests(await ask())).toEqual({ requests: 3 });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('asks the proxy of an engine; none that runs, or no file, is a problem that has a name', async () => {
  const asked: (readonly string[])[] = [];
  const engineOf = (stdout: string, code: number): ContainerEngine => {
    const exec: ContainerEngine['containers']['exec'] = (container, { argv }) => {
      asked.push([container, ...argv]);
      if (code < 0) return Promise.reject(new AppError('engine.conflict'));
      const [out, err] = [new PassThrough(), new PassThrough()];
      out.end(stdout);
      err.end();
      const process = { stdin: new PassThrough(), stdout: out, stderr: err, exit: Promise.resolve({ code }) };
      return Promise.resolve(process as unknown as Awaited<ReturnType<typeof exec>>);
    };
    return { containers: { exec } } as unknown as ContainerEngine;
  };
  const { signal } = new AbortController();
  expect(await countProxyRequests(engineOf(`12 ${FILE}\n`, 0), FILE, signal)).toEqual({ requests: 12 });
  expect(await countProxyRequests(engineOf('', 1), FILE, signal)).toEqual({ problem });
  expect(await countProxyRequests(engineOf('', -1), FILE, signal)).toEqual({ problem });
  expect(asked[0]).toEqual(['hardshell-ingress', 'wc', '-l', FILE]);
});
