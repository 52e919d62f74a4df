import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { bridgeHost, listenForServers } from './bridge.ts';
import { listen } from './free-port.ts';

export interface TcpProxyOptions {
  readonly to: { readonly host?: string; readonly port: number };
  /** Added to a round trip: half of it in each direction. */
  readonly latencyMs?: number;
  /** Listen on Docker's bridge too, so that the lab's servers reach it. */
  readonly fromServers?: boolean;
}

export interface TcpProxy extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Where the lab's servers find it (only with `fromServers`). */
  readonly hostFromServers: string;
  /** Bytes that passed so far, and connections made so far. */
  readonly counters: { readonly sentBytes: number; readonly receivedBytes: number; readonly connections: number };
  /** Resets every connection, as a broken line does. New ones are accepted. */
  cut(): void;
  /** Resets every connection once so many more bytes have passed in either direction. */
  cutAfter(bytes: number): void;
  /** From now on every new connection is reset at once; existing ones live on. */
  refuse(): void;
  /** From now on nothing passes, on old and new connections, and nobody is told: a dead network. */
  stall(): void;
  /** Undoes `refuse` and `stall`. */
  resume(): void;
}

/** What a line holds before its sender has to wait; more than 150 ms of a fast one. */
const lineCapacityBytes = 16 * 1024 * 1024;

/** A network between two programs that is as slow and as unreliable as a test wants it. */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const line = new Line(options);
  const create = (): ReturnType<typeof createServer> =>
    createServer({ allowHalfOpen: true, noDelay: true }, (socket) => line.accept(socket));
  const { port, servers } = await (options.fromServers === true ? listenForServers(create) : listenHere(create()));
  return {
    host: '127.0.0.1',
    port,
    hostFromServers: bridgeHost(),
    counters: line.counters,
    cut: () => line.cut(),
    cutAfter: (bytes) => line.cutAfter(bytes),
    refuse: () => void (line.mode = 'refuse'),
    stall: () => line.stall(),
    resume: () => line.resume(),
    async [Symbol.asyncDispose]() {
      line.cut();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function listenHere(server: Server): Promise<{ port: number; servers: Server[] }> {
  return { port: await listen(server, '127.0.0.1'), servers: [server] };
}

class Line {
  readonly counters = { sentBytes: 0, receivedBytes: 0, connections: 0 };
  mode: 'pass' | 'refuse' | 'stall' = 'pass';
  readonly #options: TcpProxyOptions;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();
  #bytesUntilCut = Infinity;

  constructor(options: TcpProxyOptions) {
    this.#options = options;
  }

  accept(near: Socket): void {
    if (this.mode === 'refuse') {
      near.resetAndDestroy();
      return;
    }
    this.counters.connections += 1;
    const { host = '127.0.0.1', port } = this.#options.to;
    const far = connect({ host, port, allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        // a connection that was reset has to be reset on its other side too
        if (socket.errored !== null) other.destroy();
      });
    }
    near.pipe(this.#passage((bytes) => (this.counters.sentBytes += bytes))).pipe(far);
    far.pipe(this.#passage((bytes) => (this.counters.receivedBytes += bytes))).pipe(near);
  }

  cut(): void {
    this.#bytesUntilCut = Infinity;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  cutAfter(bytes: number): void {
    this.#bytesUntilCut = bytes;
  }

  stall(): void {
    this.mode = 'stall';
  }

  resume(): void {
    this.mode = 'pass';
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const go of waiting) go();
  }

  /** Delays each chunk by half the latency without delaying the next one more: a line is long, not narrow. */
  #passage(count: (bytes: number) => void): Transform {
    const delayMs = (this.#options.latencyMs ?? 0) / 2;
    let inFlightBytes = 0;
    let whenRoom: (() => void) | undefined;
    let whenEmpty: (() => void) | undefined;
    const passage = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        const arrive = (): void => {
          count(chunk.length);
          passage.push(chunk);
          this.#countDown(chunk.length);
          inFlightBytes -= chunk.length;
          whenRoom?.();
          whenRoom = undefined;
          if (inFlightBytes === 0) whenEmpty?.();
        };
        inFlightBytes += chunk.length;
        if (inFlightBytes < lineCapacityBytes) done();
        else whenRoom = done;
        if (delayMs === 0) this.#whenPassing(arrive);
        else setTimeout(() => this.#whenPassing(arrive), delayMs);
      },
      flush: (done) => {
        if (inFlightBytes === 0) done();
        else whenEmpty = done;
      },
    });
    return passage;
  }

  #whenPassing(go: () => void): void {
    if (this.mode === 'stall') this.#waiting.add(go);
    else go();
  }

  #countDown(bytes: number): void {
    this.#bytesUntilCut -= bytes;
    if (this.#bytesUntilCut <= 0) this.cut();
  }
}
