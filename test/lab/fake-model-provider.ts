import { createServer } from 'node:http';
import { listen } from './free-port.ts';

export interface FakeModelProvider extends AsyncDisposable {
  /** For `models.providers.<id>.baseUrl`. */
  readonly url: string;
  /** What was asked, with the key it was asked with. */
  readonly requests: { readonly authorization: string; readonly body: string }[];
}

/** Speaks the chat completions of OpenAI and OpenRouter; knows one key and one answer. */
export async function startFakeModelProvider(key: string, answer: string): Promise<FakeModelProvider> {
  const requests: { authorization: string; body: string }[] = [];
  const server = createServer((request, response) => {
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
        `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${chunk({ role: 'assistant', content: answer }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
    });
  });
  const port = await listen(server, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
