import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import { readTelegramBot } from './telegram.ts';

const TOKEN = '123456789:AAH-0123456789abcdefghij';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
const read = (api: string, token = TOKEN, timeoutMs = 2000): Promise<unknown> =>
  readTelegramBot(new Secret(token), { api, timeoutMs });

describe('readTelegramBot', () => {
  it('says whose token it is', async () => {
    const asked: (string | undefined)[] = [];
    const api = await serve((request, response) => {
      asked.push(request.url);
      response.end(
        '{"ok":true,"result":{"id":123456789,"is_bot":true,"first_name":"Barnacle","username":"barnacle_bot","can_join_groups":true}}',
      );
    });
    await expect(read(`${api}/tg`)).resolves.toEqual({ id: 123456789, username: 'barnacle_bot', name: 'Barnacle' });
    expect(asked).toEqual([`/tg/bot${TOKEN}/getMe`]);
  });

  it.each([
    [401, 'Unauthorized'],
    [404, 'Not Found'],
  ])('%i: the token is rejected', async (status, description) => {
    const api = await serve((_request, response) =>
      response.writeHead(status).end(JSON.stringify({ ok: false, error_code: status, description })),
    );
    await expect(read(api)).rejects.toMatchObject({
      code: 'telegram.token-rejected',
      details: { reason: description },
    });
  });

  it.each([
    ['a gateway in between', 502, '<html>', 'HTTP 502'],
    [
      'too many questions',
      429,
      '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5"}',
      'Too Many Requests: retry after 5',
    ],
    ['something else', 200, '{"ok":true,"result":{}}', 'HTTP 200'],
    ['a 404 of somebody else', 404, 'not here', 'HTTP 404'],
  ])('%s: nothing is known about the token', async (_name, status, body, reason) => {
    const api = await serve((_request, response) => response.writeHead(status).end(body));
    await expect(read(api)).rejects.toMatchObject({ code: 'telegram.unreachable', details: { reason } });
  });

  it('never shows the token, whatever goes wrong', async () => {
    const silent = await serve(() => undefined);
    const gone = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const failures = await Promise.all(
      [read(silent, TOKEN, 100), read(gone), read('http://['), read('http://telegram.invalid')].map((asked) =>
        asked.then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'telegram.unreachable' });
      expect(inspect(failure, { depth: 10 })).not.toContain('AAH-');
    }
    expect(failures[0]).toMatchObject({ details: { reason: 'no answer in time' } });
    expect(failures[1]).toMatchObject({ details: { reason: 'ECONNREFUSED' } });
  });

  it('ends with the reason of who cancels', async () => {
    const api = await serve(() => undefined);
    const cancel = new AbortController();
    const pending = readTelegramBot(new Secret(TOKEN), { api, signal: cancel.signal });
    cancel.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});
