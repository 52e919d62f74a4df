import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPanelCore } from '../../test/panel/fake-core.ts';
import { openBrowserDoor, type BrowserDoor } from './index.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-door-'));
  await writeFile(join(dir, 'index.html'), '<!doctype html><title>Hardshell</title>');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function openDoor(port = 0): Promise<BrowserDoor> {
  return openBrowserDoor({
    core: createPanelCore(),
    version: '0.1.0',
    who: 'anna@laptop',
    dataDir: dir,
    platform: 'linux',
    log: () => undefined,
    staticDir: dir,
    port,
  });
}

/** Any program of this computer: it knows what to send, and has no cookie. */
async function knock(port: number, path: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.write(
    [
      `GET ${path} HTTP/1.1`,
      `Host: localhost:${String(port)}`,
      `Origin: http://localhost:${String(port)}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
      '\r\n',
    ].join('\r\n'),
  );
  await answered;
  return socket;
}

function listen(host: string): Promise<{ readonly port: number }> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ host, port: 0 }, () => resolve(server.address() as AddressInfo));
  });
}

describe('the door, to programs that may not come in', () => {
  it('goes on when one that it lets go says what is no message', async () => {
    const uncaught = vi.fn();
    process.on('uncaughtException', uncaught);
    onTestFinished(() => void process.off('uncaughtException', uncaught));
    await using door = await openDoor();
    const socket = await knock(door.port, '/socket');
    const ended = new Promise<void>((resolve) => socket.once('end', resolve));
    // A text without the mask that every client has to put on.
    socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
    await ended;
    expect(uncaught).not.toHaveBeenCalled();
  });

  it.each(['/socket', '/elsewhere'])('is closed at once, also to one at %s that never closes', async (path) => {
    const door = await openDoor();
    await knock(door.port, path);
    const closed = door[Symbol.asyncDispose]().then(() => 'closed');
    expect(await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1_000, 'held up'))])).toBe(
      'closed',
    );
  });
});

describe.skipIf(!hasIpv6)('the two addresses that `localhost` stands for', () => {
  it('are both answered by the door', async () => {
    await using door = await openDoor();
    const { port } = door;
    const { pathname } = new URL(door.url.reveal());
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `localhost:${String(port)}` };
      request({ host: '::1', port, path: pathname, headers, agent: false }, (answer) => resolve(answer.statusCode))
        .once('error', reject)
        .end();
    });
    expect(status).toBe(302);
  });

  it('are not shared with another program, which a browser would meet first', async () => {
    const { port } = await listen('::1');
    await expect(openDoor(port)).rejects.toMatchObject({ code: 'usage.invalid' });
  });
});
