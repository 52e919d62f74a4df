import { createServer, type Server } from 'node:http';
import { bridgeHost, listenForServers } from './bridge.ts';

export interface FakeModelProvider extends AsyncDisposable {
  /** For `models.providers.<id>.baseUrl`. */
  readonly url: string;
  /** The same, of an instance on one of the lab's servers. */
  readonly urlFromServers: string;
  /** What was asked, with the key it was asked with. */
  readonly requests: { readonly authorization: string; readonly body: string }[];
}

/** What an answer is said to have used, in tokens. */
export interface Usage {
  readonly prompt: number;
  readonly completion: number;
}

/** Speaks the chat completions of OpenAI and OpenRouter; knows one key and one answer. */
export async function startFakeModelProvider(key: string, answer: string, usage?: Usage): Promise<FakeModelProvider> {
  const requests: { authorization: string; body: string }[] = [];
  const create = (): Server =>
    createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const authorization = request.headers.authorization ?? '';
        requests.push({ authorization, body });
        if (authorization !== `Bearer ${key}`) {
          response.writeHead(401, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ error: { message: 'User not found.', code: 401 } }));
          return;
        }
        const chunk = (delta: object, finish: string | null): string =>
          say({ choices: [{ index: 0, delta, finish_reason: finish }] });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(
          `${chunk({ role: 'assistant', content: answer }, null)}${chunk({}, 'stop')}${bill(usage)}data: [DONE]\n\n`,
        );
      });
    });
  const { port, servers } = await listenForServers(create);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    urlFromServers: `http://${bridgeHost()}:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const say = (what: object): string =>
  `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', ...what })}\n\n`;

function bill(usage: Usage | undefined): string {
  if (usage === undefined) return '';
  const { prompt, completion } = usage;
  const counts = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  return say({ choices: [], usage: counts });
}
