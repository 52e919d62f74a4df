import { createServer } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createOutside } from './outside.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});
async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const { signal } = new AbortController();
const outside = createOutside('127.0.0.1');

test('a port is open when it takes a connection', async () => {
  const open = await listen(createTcp((socket) => socket.end()));
  const gone = await listen(createTcp());
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await outside.knock([open, open, gone], signal)).toEqual(new Set([open]));
});

test('of an answer only its status counts; what is no HTTP is none', async () => {
  const web = await listen(
    createServer((request, response) => response.writeHead(request.url === '/secret' ? 401 : 200).end('page')),
  );
  const odd = await listen(createTcp((socket) => socket.resume().end('220 not the web\r\n')));
  expect(await outside.ask({ port: web, path: '/secret' }, signal)).toBe(401);
  expect(await outside.ask({ port: web, path: '/' }, signal)).toBe(200);
  expect(await outside.ask({ port: odd, path: '/' }, signal)).toBeUndefined();
  expect(await outside.ask({ port: web, path: '/', host: 'claw.example.com' }, signal)).toBeUndefined();
});

test('who cancels does not wait', async () => {
  await expect(outside.knock([1], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  await expect(outside.ask({ port: 1, path: '/' }, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
