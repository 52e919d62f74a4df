import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAlert } from '../../../test/cli/fake-alerts.ts';
import { Secret } from '../../shared/secret.ts';
import { sendTelegram, sendWebhook, type Outgoing } from './send.ts';
import { buildHook } from './webhook-formats.ts';

interface Heard {
  readonly request: IncomingMessage;
  readonly body: string;
}

const outgoing: Outgoing = {
  event: 'fired',
  message: { title: 'Büro <1>: Gateway down', body: 'It *ended*.', level: 'bad' },
  alerts: [anAlert()],
};
const options = () => ({ signal: new AbortController().signal, againAfterMs: [1, 1], timeoutMs: 2_000 });

describe('a message', () => {
  let server: Server;
  let heard: Heard[];
  /** One for each request; the last one counts for all that follow. */
  let answers: { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }[];
  let base: string;
  beforeEach(async () => {
    heard = [];
    answers = [{ status: 200, body: '{"ok":true}' }];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heard.push({ request, body });
        const answer = answers[Math.min(heard.length, answers.length) - 1];
        response.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const telegram = () => sendTelegram({ token: new Secret('1234:t0ken'), chat: '42', api: base }, outgoing, options());
  const webhook = () => sendWebhook({ url: new Secret(`${base}/s3cret`), format: 'json' }, outgoing, options());

  it('reaches a Telegram chat as plain text', async () => {
    await telegram();
    expect(heard[0]?.request.url).toBe('/bot1234:t0ken/sendMessage');
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ chat_id: '42', text: '🔴 Büro <1>: Gateway down\nIt *ended*.' });
  });

  it('is sent again to who is busy, and no more often than that', async () => {
    answers = [{ status: 502 }, { status: 429 }, { status: 200 }];
    await webhook();
    expect(heard).toHaveLength(3);
    answers = [{ status: 503 }];
    heard = [];
    await expect(webhook()).rejects.toMatchObject({ code: 'alert.webhook-unreachable' });
    expect(heard).toHaveLength(3);
  });

  it('is not sent again to who refuses it, and no secret is in what is said', async () => {
    answers = [{ status: 404 }];
    const refusal = await webhook().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'alert.webhook-refused' });
    expect(JSON.stringify(refusal)).not.toContain('s3cret');
    expect(heard).toHaveLength(1);
    answers = [{ status: 400, body: '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}' }];
    await expect(telegram()).rejects.toMatchObject({
      code: 'alert.telegram-refused',
      details: { reason: 'Bad Request: chat not found' },
    });
  });

  it('does not follow to another address', async () => {
    answers = [{ status: 302, headers: { location: `${base}/elsewhere` } }];
    await expect(webhook()).rejects.toMatchObject({ code: 'alert.webhook-refused' });
    expect(heard.map(({ request }) => request.url)).toEqual(['/s3cret']);
  });

  it('is given up when nobody answers', async () => {
    server.removeAllListeners('request');
    const late = sendWebhook({ url: new Secret(base), format: 'json' }, outgoing, { ...options(), timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: 'alert.webhook-unreachable' });
  });
});

describe('a webhook', () => {
  it('of ntfy takes title and urgency in its address', () => {
    const { url, body } = buildHook('ntfy', 'https://ntfy.sh/topic?auth=abc', outgoing);
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      auth: 'abc',
      title: 'Büro <1>: Gateway down',
      priority: '5',
    });
    expect(body).toBe('It *ended*.');
  });

  it('of Slack is given no markup that an instance is named with', () => {
    expect(JSON.parse(buildHook('slack', 'https://s', outgoing).body)).toEqual({
      text: '*Büro &lt;1&gt;: Gateway down*\nIt *ended*.',
    });
  });

  it('of Discord calls nobody by name', () => {
    expect(JSON.parse(buildHook('discord', 'https://d', outgoing).body)).toEqual({
      content: '**Büro <1\\>: Gateway down**\nIt \\*ended\\*.',
      allowed_mentions: { parse: [] },
    });
  });

  it('of its own says what it is about', () => {
    expect(JSON.parse(buildHook('json', 'https://j', outgoing).body)).toMatchObject({
      event: 'fired',
      level: 'bad',
      alerts: [{ instance: 'research', kind: 'gateway-down' }],
    });
  });
});
