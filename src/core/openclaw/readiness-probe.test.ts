import { createServer } from 'node:http';
import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { probeReadiness } from './readiness-probe.ts';

let stop: () => Promise<void> = () => Promise.resolve();
afterEach(() => stop());

async function serve(answers: Readonly<Record<string, string>>): Promise<() => Promise<Duplex>> {
  const server = createServer((request, response) => {
    response.end(answers[request.url ?? ''] ?? '<html>the page</html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return () => Promise.resolve(connectSocket(address.port, '127.0.0.1'));
}

const started = JSON.stringify({ ok: true, status: 'started' });

test('a gateway that is ready is asked through the stream that it is given', async () => {
  const connect = await serve({ '/startupz': started, '/readyz': JSON.stringify({ ready: true }) });
  expect(await probeReadiness(connect)).toEqual({ isReady: true, text: 'the gateway is ready' });
});

test('what keeps it from being ready is said', async () => {
  const connect = await serve({
    '/startupz': started,
    '/readyz': JSON.stringify({ ready: false, failing: ['telegram'] }),
  });
  expect(await probeReadiness(connect)).toEqual({
    isReady: false,
    text: 'the gateway has started, but is not ready: telegram',
  });
});

test('a page instead of an answer is no readiness, and neither is silence', async () => {
  expect(await probeReadiness(await serve({}))).toMatchObject({ isReady: false, text: 'the gateway is loading' });
  expect(await probeReadiness(() => Promise.reject(new Error('closed')))).toMatchObject({ isReady: false });
});
