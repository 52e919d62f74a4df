import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createPanelCore, MARKER } from '../../test/panel/fake-core.ts';
import { isNumbered, randomMessage } from '../../test/panel/random-calls.ts';
import { fromDoorSchema, type FromDoor } from '../shared/contract/wire.ts';
import { openBrowserDoor, type BrowserDoor } from './index.ts';

const RANDOM_CALLS = 10_000;
const BATCH = 100;
const PAGE = '<!doctype html><title>Hardshell</title>';

let dir: string;
let door: BrowserDoor;
let gatewayPort: number;
/** What a gateway would be asked, and with which headers. */
const asked: IncomingHttpHeaders[] = [];
const gateway = createServer((request, response) => {
  asked.push(request.headers);
  response.end('OpenClaw');
});

beforeEach(async () => {
  asked.length = 0;
  dir = await mkdtemp(join(tmpdir(), 'hardshell-door-'));
  await writeFile(join(dir, 'index.html'), PAGE);
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  gatewayPort = (gateway.address() as AddressInfo).port;
  door = await openBrowserDoor({
    core: createPanelCore({ tunnelPort: gatewayPort, bootstrapToken: 'once' }),
    version: '0.1.0',
    who: 'anna@laptop',
    dataDir: dir,
    platform: 'linux',
    log: () => undefined,
    staticDir: dir,
  });
});
afterEach(async () => {
  await door[Symbol.asyncDispose]();
  await new Promise((resolve) => gateway.close(resolve));
  await rm(dir, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send({ host: 'localhost', port: door.port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    request.on('error', reject).end();
  });
}

async function enter(): Promise<string> {
  const { status, headers } = await ask(new URL(door.url.reveal()).pathname);
  expect([status, headers.location]).toEqual([302, '/']);
  const [cookie = ''] = headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/^hardshell-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  return cookie.split(';')[0] ?? '';
}

const origin = (): string => `http://localhost:${String(door.port)}`;

/** How a socket ends, or that it is open. */
function connect(headers: Record<string, string>, path = '/socket'): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://localhost:${String(door.port)}${path}`, { headers });
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', () => undefined);
    // One that is not let in is told so before it is answered anything.
    socket.once('open', () => socket.ping());
    socket.once('pong', () => resolve(socket));
    socket.once('close', resolve);
  });
}

async function openSocket(cookie: string): Promise<WebSocket> {
  const socket = await connect({ origin: origin(), cookie });
  if (typeof socket === 'number') throw new Error(`The socket was refused: ${String(socket)}`);
  return socket;
}

describe('the door for browsers', () => {
  it('lets in whoever has its address, once', async () => {
    expect((await ask('/')).status).toBe(401);
    const cookie = await enter();
    expect(await ask('/', { cookie })).toMatchObject({ status: 200, body: PAGE });
    const replay = await ask(new URL(door.url.reveal()).pathname);
    expect(replay.status).toBe(401);
    expect(replay.headers['set-cookie']).toBeUndefined();
    expect(replay.body).toContain('used up');
    expect((await ask('/enter/not-the-token')).status).toBe(401);
    expect((await ask('/', { cookie: `hardshell-${String(door.port)}=forged` })).status).toBe(401);
  });

  it('answers whoever follows its address from another site with a page that leads in', async () => {
    const path = new URL(door.url.reveal()).pathname;
    const { status, headers, body } = await ask(path, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });
    expect([status, headers.location]).toEqual([200, undefined]);
    expect(headers['set-cookie']?.[0]).toMatch(/SameSite=Strict$/);
    expect(body).toContain('<meta http-equiv="refresh" content="0;url=/">');
    expect((await ask(path, { 'sec-fetch-site': 'cross-site' })).status).toBe(401);
  });

  it('says what its page may do: nothing but what is here', async () => {
    const { headers } = await ask('/', { cookie: await enter() });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  it.each([
    ['another host', { host: 'hardshell.example' }],
    ['its port under another name', { host: '127.0.0.1:PORT' }],
    ['another page', { origin: 'http://localhost:1' }],
    ['no page at all', { origin: 'null' }],
  ])('answers nothing for %s', async (_title, headers) => {
    const cookie = await enter();
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(door.port))]),
    );
    expect((await ask('/', { ...filled, cookie })).status).toBe(403);
    expect(await connect({ origin: origin(), ...filled, cookie })).toBe(403);
  });

  it('lets no socket in that does not say where it comes from, or has no cookie', async () => {
    const cookie = await enter();
    expect(await connect({ cookie })).toBe(403);
    expect(await connect({ origin: origin() })).toBe(1008);
    expect(await connect({ origin: origin(), cookie: `hardshell-${String(door.port)}=forged` })).toBe(1008);
    expect(await connect({ origin: origin(), cookie }, '/elsewhere')).toBe(404);
    (await openSocket(cookie)).terminate();
  });

  it('refuses what would change something and does not come from its page', async () => {
    const cookie = await enter();
    expect((await ask('/', { cookie }, 'POST')).status).toBe(403);
    expect((await ask('/', { cookie, origin: origin() }, 'POST')).status).toBe(404);
    expect((await ask('/../package.json', { cookie })).status).toBe(403);
  });

  it('takes 10 000 random calls, answers every one that has a number, and goes on', async () => {
    const socket = await openSocket(await enter());
    const heard = new Map<number, FromDoor>();
    socket.on('message', (data: Buffer) => {
      const message = fromDoorSchema.parse(JSON.parse(data.toString()));
      if (message.type !== 'event') heard.set(message.id, message);
    });
    const info = async (id: number): Promise<void> => {
      socket.send(JSON.stringify({ type: 'call', id, call: 'app.info', input: {} }));
      await expect.poll(() => heard.get(id)?.type, { timeout: 10_000, interval: 5 }).toBe('reply');
    };
    const sent = fc.sample(randomMessage, { numRuns: RANDOM_CALLS, seed: 11 });
    for (let from = 0; from < sent.length; from += BATCH) {
      sent.slice(from, from + BATCH).forEach((message, index) => {
        const numbered = isNumbered(message) ? { ...message, id: from + index + 1 } : message;
        socket.send(JSON.stringify(numbered));
      });
      socket.send(Buffer.from([0, 0, 0, 9, 1, 2, 3]));
      socket.send('{ not json');
      await info(1_000_000 + from);
    }
    expect([...heard.values()].filter(({ type }) => type === 'refusal').length).toBeGreaterThan(100);
    expect(socket.readyState).toBe(socket.OPEN);
    socket.terminate();
  });

  it('leads to a dashboard once, at a host for which the browser has no cookie of ours', async () => {
    const cookie = await enter();
    const socket = await openSocket(cookie);
    const answer = new Promise<FromDoor>((resolve) =>
      socket.on('message', (data: Buffer) => {
        const message = fromDoorSchema.parse(JSON.parse(data.toString()));
        if (message.type !== 'event') resolve(message);
      }),
    );
    const input = { instanceId: 'i-0123456789abcdef' };
    socket.send(JSON.stringify({ type: 'call', id: 1, call: 'dashboard.open', input }));
    const reply = (await answer) as { readonly output: { readonly url: string } };
    expect(JSON.stringify(reply)).not.toContain('once');
    const { pathname, origin: from } = new URL(reply.output.url);
    expect(from).toBe(origin());
    expect((await ask(pathname)).status).toBe(401);
    const first = await ask(pathname, { cookie });
    expect(first.status).toBe(302);
    expect(first.headers.location).toMatch(new RegExp(`^http://127.0.0.1:${String(gatewayPort)}/#.*once`));
    expect((await ask(pathname, { cookie })).status).toBe(410);

    // A browser sends a cookie to the host that has set it: here as it would, which is not at all.
    await fetch(first.headers.location ?? '', { redirect: 'manual' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.cookie).toBeUndefined();
    expect(new URL(door.url.reveal()).hostname).not.toBe(new URL(first.headers.location ?? '').hostname);
    expect(first.headers.location).not.toContain(MARKER);
    socket.terminate();
  });
});
