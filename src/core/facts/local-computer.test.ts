import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { judgeFetchError, readLocalComputer, readPortFree, readReach } from './local-computer.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    if (server instanceof HttpServer) server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('this computer, with a folder that is not there yet', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hardshell-computer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'not', 'yet');
  const computer = await readLocalComputer({ platform: platform(), arch: arch() }, [path]);
  expect(computer.memory.totalBytes).toBeGreaterThan(100 * 1024 ** 2);
  expect(computer.memory.availableBytes).toBeLessThanOrEqual(computer.memory.totalBytes);
  expect(computer.disk).toHaveLength(1);
  expect(computer.disk[0]?.path).toBe(path);
  expect(computer.disk[0]?.freeBytes).toBeGreaterThan(0);
});

test('a port is free until somebody listens on it', async () => {
  const port = await listen(createTcpServer());
  expect(await readPortFree(port)).toBe(false);
  expect(await readPortFree(await closedPort())).toBe(true);
});

test('what is reached and what is not, by the real fetch', async () => {
  const served = await listen(
    createServer((request, response) => response.writeHead(request.url === '/wall' ? 403 : 404).end()),
  );
  const noTls = createTcpServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('SSH-2.0-OpenSSH_9.2\r\n'),
  );
  const greeting = await listen(noTls);
  const base = `http://127.0.0.1:${String(served)}`;
  const reach = await readReach(fetch, [
    `http://anna:s3cret@127.0.0.1:${String(served)}/`,
    `${base}/wall`,
    `https://127.0.0.1:${String(greeting)}/`,
    `http://127.0.0.1:${String(await closedPort())}/`,
    'http://nope.invalid/',
  ]);
  expect(reach.map(({ fault }) => fault)).toEqual([undefined, 'http', 'tls', 'refused', 'dns']);
  expect(JSON.stringify(reach)).not.toContain('s3cret');
});

test('a run that is cancelled does not wait for an answer', async () => {
  const never = await listen(createTcpServer((socket) => onTestFinished(() => void socket.destroy())));
  const controller = new AbortController();
  const asked = readReach(fetch, [`http://127.0.0.1:${String(never)}/`], controller.signal);
  setTimeout(() => controller.abort(new Error('cancelled')), 50);
  await expect(asked).rejects.toThrow('cancelled');
});

test.each([
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['EWHAT', 'unknown'],
])('%s is a fault of the kind %s', (code, expected) => {
  const inner = Object.assign(new Error('inner'), { code });
  expect(judgeFetchError(new TypeError('fetch failed', { cause: inner }))).toBe(expected);
  expect(judgeFetchError(new TypeError('fetch failed', { cause: new AggregateError([inner]) }))).toBe(expected);
});

test('our own limit', () => {
  expect(judgeFetchError(new DOMException('no answer', 'TimeoutError'))).toBe('timeout');
});
