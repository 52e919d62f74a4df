import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { bridgeHost, listenForServers } from './bridge.ts';
import { startRegistryCache } from './registry-cache.ts';

export interface NpmProxy extends AsyncDisposable {
  readonly urlFromHere: string;
  readonly urlFromServers: string;
  /** What was asked for so far, and the bytes that went out. */
  stats(): { readonly requests: number; readonly bytes: number };
  /** Paths asked for so far, in their order. */
  readonly paths: readonly string[];
  /** Breaks every connection, and accepts no new one until `resume`. */
  refuse(): void;
  resume(): void;
  /** Refuses once so many more bytes have gone out: a registry that goes away in the middle of an install. */
  refuseAfter(bytes: number): void;
}

/**
 * The npm registry as the lab's servers and this machine see it: a door of its own for each test, with counters and
 * faults, in front of the one cache that all tests of a run share.
 */
export async function startNpmProxy(): Promise<NpmProxy> {
  const shared = process.env['HARDSHELL_LAB_REGISTRY'];
  const own = shared === undefined ? await startRegistryCache() : undefined;
  const registry = new URL(shared ?? own?.url ?? '');
  const agent = new Agent({ keepAlive: true });
  const paths: string[] = [];
  let bytes = 0;
  let bytesUntilRefusal = Infinity;
  let refusing = false;

  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    paths.push(decodeURIComponent(request.url ?? ''));
    // The host header stays as it is: from it the registry makes the addresses of its tarballs.
    const { method, headers, url: path } = request;
    const onward = send({ agent, host: registry.hostname, port: registry.port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        bytesUntilRefusal -= chunk.length;
        if (bytesUntilRefusal <= 0) refuse();
      });
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  };
  const { port, servers } = await listenForServers(() =>
    createServer(pass).on('connection', (socket) => {
      if (refusing) socket.resetAndDestroy();
    }),
  );
  const refuse = (): void => {
    refusing = true;
    for (const server of servers) server.closeAllConnections();
  };
  return {
    urlFromHere: `http://127.0.0.1:${port}/`,
    urlFromServers: `http://${bridgeHost()}:${port}/`,
    stats: () => ({ requests: paths.length, bytes }),
    paths,
    refuse,
    resume: () => {
      refusing = false;
      bytesUntilRefusal = Infinity;
    },
    refuseAfter: (count) => void (bytesUntilRefusal = count),
    async [Symbol.asyncDispose]() {
      refuse();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      agent.destroy();
      await own?.[Symbol.asyncDispose]();
    },
  };
}
