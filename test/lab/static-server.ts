import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { bridgeHost, listenForServers } from './bridge.ts';

/** What is served under a path: its bytes, a file of this machine, or an answer made for each request. */
export type Served =
  string | Buffer | { readonly file: string } | ((request: IncomingMessage, response: ServerResponse) => void);

export interface StaticServer extends AsyncDisposable {
  readonly urlFromHere: string;
  readonly urlFromServers: string;
  /** Every request so far, `GET /path`, in their order. */
  readonly requests: readonly string[];
  /** Adds or replaces what is served under a path. */
  serve(path: string, served: Served): void;
}

/** A small web server for mirrors and installers. Paths begin with `/`; what is not there is a 404. */
export async function startStaticServer(files: Readonly<Record<string, Served>> = {}): Promise<StaticServer> {
  const served = new Map(Object.entries(files));
  const requests: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = new URL(request.url ?? '/', 'http://lab').pathname;
    requests.push(`${request.method ?? ''} ${path}`);
    send(served.get(path), request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
  const { port, servers } = await listenForServers(() => createServer(answer));
  return {
    urlFromHere: `http://127.0.0.1:${port}`,
    urlFromServers: `http://${bridgeHost()}:${port}`,
    requests,
    serve: (path, what) => void served.set(path, what),
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function send(served: Served | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (served === undefined) {
    response.writeHead(404).end('not found\n');
  } else if (typeof served === 'function') {
    served(request, response);
  } else if (typeof served === 'string' || Buffer.isBuffer(served)) {
    const body = Buffer.from(served);
    response.writeHead(200, { 'content-length': body.length }).end(request.method === 'HEAD' ? undefined : body);
  } else {
    const { size } = await stat(served.file);
    response.writeHead(200, { 'content-length': size, 'content-type': 'application/octet-stream' });
    if (request.method === 'HEAD') response.end();
    else createReadStream(served.file).pipe(response);
  }
}
