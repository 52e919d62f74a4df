import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StaticServer } from './static-server.ts';

export interface FakeTelegram {
  /** A private message of somebody, given to the next that reads. */
  write(from: { readonly id: number; readonly username: string }, text: string): void;
  /** Whether another program fetches the messages of the same bot. */
  rival: boolean;
  /** What the bot has sent, in words. */
  readonly sent: readonly string[];
}

/** How long a reader waits here where Telegram lets it wait for 30 seconds. */
const POLL_MS = 1000;

/** Serves one bot of Telegram's API: whose it is, what was written to it, what it says. */
export function serveTelegram(
  web: StaticServer,
  token: string,
  bot: { readonly id: number; readonly username: string },
): FakeTelegram {
  const waiting: object[] = [];
  const sent: string[] = [];
  let updates = 0;
  const reply = (response: ServerResponse, result: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: true, result }));
  };
  const serve = (method: string, answer: (body: string, response: ServerResponse) => void): void => {
    web.serve(`/bot${token}/${method}`, (request: IncomingMessage, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        answer(body, response);
      });
    });
  };
  serve('getMe', (_, response) => {
    reply(response, { ...bot, is_bot: true, first_name: 'Test', can_join_groups: false });
  });
  serve('getWebhookInfo', (_, response) => {
    reply(response, { url: '', has_custom_certificate: false, pending_update_count: 0 });
  });
  for (const method of ['deleteWebhook', 'setMyCommands', 'deleteMyCommands', 'sendChatAction', 'setMyName']) {
    serve(method, (_, response) => {
      reply(response, true);
    });
  }
  serve('getUpdates', (body, response) => {
    if (fake.rival) {
      const description =
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
      response.writeHead(409, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: false, error_code: 409, description }));
      return;
    }
    // Who only looks whether somebody else reads sends no body, and takes nothing.
    if (body === '') reply(response, []);
    else if (waiting.length > 0) reply(response, waiting.splice(0));
    else setTimeout(() => reply(response, waiting.splice(0)), POLL_MS);
  });
  serve('sendMessage', (body, response) => {
    sent.push(body);
    reply(response, { message_id: sent.length, date: 1, chat: { id: 1, type: 'private' } });
  });
  const fake: FakeTelegram = {
    rival: false,
    sent,
    write(from, text) {
      updates += 1;
      const who = { id: from.id, first_name: from.username, username: from.username };
      waiting.push({
        update_id: updates,
        message: {
          message_id: updates,
          date: Math.floor(Date.now() / 1000),
          chat: { ...who, type: 'private' },
          from: { ...who, is_bot: false },
          text,
        },
      });
    },
  };
  return fake;
}
