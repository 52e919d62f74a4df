import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import fastifyStatic from '@fastify/static';
import { fastify, type FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { createPanel, type Panel, type PanelDeps } from '../panel/index.ts';
import { AppError } from '../shared/app-error.ts';
import { MAX_MESSAGE_BYTES } from '../shared/contract/wire.ts';
import { Secret } from '../shared/secret.ts';
import { createDashboardTabs, type DashboardTabs } from './dashboard-tabs.ts';
import { createEntrance, formatCookie, type Entrance } from './entrance.ts';
import { buildHeaders } from './headers.ts';
import { listenOnLoopback, type Loopback } from './loopback.ts';
import { cameInPage, dashboardGonePage, notHerePage, signedOutPage } from './plain-page.ts';
import { doorOrigin, whyNotAnswer } from './request-check.ts';
import { serveSocket } from './socket.ts';

export interface BrowserDoorOptions extends Omit<PanelDeps, 'door' | 'actions'> {
  /** Of the built interface. */
  readonly staticDir: string;
  /** 0 or absent: any free one. */
  readonly port?: number;
}

/** The interface, for a browser of this computer. Disposing ends it, and the runs that it began. */
export interface BrowserDoor extends AsyncDisposable {
  readonly port: number;
  /** Lets one browser in, once. */
  readonly url: Secret;
}

/** WebSocket's own code for who may not be here: the page then says that it is signed out, and does not try again. */
const POLICY_VIOLATION = 1008;

/**
 * Listens on the loopback addresses of this computer alone.
 * @throws AppError `usage.invalid` where the port is taken, or the interface is not built
 */
export async function openBrowserDoor(options: BrowserDoorOptions): Promise<BrowserDoor> {
  const { staticDir, port: wanted = 0, ...deps } = options;
  if (!existsSync(join(staticDir, 'index.html'))) {
    throw new AppError('usage.invalid', {
      message: 'The interface for the browser is not built.',
      hint: 'Run it from the package, or build it with `npm run build`.',
    });
  }
  let port = wanted;
  const entrance = createEntrance(() => port);
  const tabs = createDashboardTabs(deps.core, () => port, Date.now);
  const panel = createPanel({
    ...deps,
    door: 'browser',
    actions: {
      setTheme: () => undefined,
      notify: (title, body) => deps.log({ level: 'info', message: `${title}: ${body}` }),
      dashboard: tabs.actions,
    },
  });
  const app = fastify({ logger: false, forceCloseConnections: true });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  let loopback: Loopback | undefined;
  const dispose = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate();
    loopback?.[Symbol.dispose]();
    await app.close();
    await tabs[Symbol.asyncDispose]();
    await panel[Symbol.asyncDispose]();
  };
  try {
    await serveRequests(app, { staticDir, entrance, tabs, port: () => port });
    app.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) =>
      upgrade({ request, stream, head }, { sockets, entrance, panel, port }),
    );
    loopback = await listenOnLoopback(app, wanted);
    port = loopback.port;
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    port,
    url: new Secret(`${doorOrigin(port)}/enter/${entrance.token.reveal()}`),
    [Symbol.asyncDispose]: dispose,
  };
}

interface Serving {
  readonly staticDir: string;
  readonly entrance: Entrance;
  readonly tabs: DashboardTabs;
  readonly port: () => number;
}

async function serveRequests(app: FastifyInstance, { staticDir, entrance, tabs, port }: Serving): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(buildHeaders(port()));
    const { host, origin, cookie } = request.headers;
    const why = whyNotAnswer({ method: request.method, host, origin }, port());
    if (why !== undefined) return reply.code(403).type('text/plain; charset=utf-8').send(why);
    if (request.routeOptions.url !== '/enter/:token' && !entrance.knows(cookie)) {
      return reply.code(401).type('text/html; charset=utf-8').send(signedOutPage);
    }
    return undefined;
  });
  app.get<{ Params: { token: string } }>('/enter/:token', { exposeHeadRoute: false }, async (request, reply) => {
    const session = entrance.enter(request.params.token);
    if (session !== undefined) {
      void reply.header('set-cookie', formatCookie(session, port()));
      if (request.headers['sec-fetch-site'] !== 'cross-site') return reply.redirect('/', 302);
      return reply.type('text/html; charset=utf-8').send(cameInPage);
    }
    // Whoever is in already has gone back in the history, most likely.
    if (entrance.knows(request.headers.cookie)) return reply.redirect('/', 302);
    return reply.code(401).type('text/html; charset=utf-8').send(signedOutPage);
  });
  app.get<{ Params: { token: string } }>('/dashboard/:token', { exposeHeadRoute: false }, async (request, reply) => {
    const url = tabs.take(request.params.token);
    if (url !== undefined) return reply.redirect(url.reveal(), 302);
    return reply.code(410).type('text/html; charset=utf-8').send(dashboardGonePage);
  });
  app.setNotFoundHandler((_request, reply) => {
    void reply.code(404).type('text/html; charset=utf-8').send(notHerePage);
  });
  await app.register(fastifyStatic, { root: staticDir, index: 'index.html', cacheControl: false, dotfiles: 'deny' });
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
}

function upgrade(
  { request, stream, head }: Upgrade,
  { sockets, entrance, panel, port }: { sockets: WebSocketServer; entrance: Entrance; panel: Panel; port: number },
): void {
  const { host, origin, cookie } = request.headers;
  const refuse = (status: string): void => {
    // Half closed it would lie with whoever has sent it when the door is closed.
    stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy());
  };
  stream.on('error', () => stream.destroy());
  if (request.url !== '/socket') {
    refuse('404 Not Found');
    return;
  }
  if (whyNotAnswer({ method: request.method ?? '', host, origin }, port, true) !== undefined) {
    refuse('403 Forbidden');
    return;
  }
  sockets.handleUpgrade(request, stream, head, (socket) => {
    // A message that is too long, or none, closes the connection and nothing else. One that is let go is read until it has closed.
    socket.on('error', () => undefined);
    if (entrance.knows(cookie)) serveSocket(panel, socket);
    else socket.close(POLICY_VIOLATION);
  });
}
