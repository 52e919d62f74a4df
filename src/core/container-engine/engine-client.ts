import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { AppError } from '../../shared/app-error.ts';
import { abortError, raceAbort } from '../host/abort.ts';
import type { EngineOptions, EngineTraffic } from './container-engine.ts';
import { EngineAgent } from './engine-agent.ts';
import { engineError, type Subject } from './engine-error.ts';
import type { EngineWay } from './engine-way.ts';

/** Older ones lack limits and events that we count on. */
export const OLDEST_API = '1.41';
/** The newest that this was tried with; a newer engine is spoken to in it, as long as it still can. */
const NEWEST_API = '1.47';

/** What an engine does at once is done in this time, or it hangs. Long: it waits for locks, on a machine that may be busy. */
const QUICK_MS = 120_000;

export interface CallOptions extends EngineOptions {
  readonly effect: 'read' | 'change';
  /** Has no natural end: a pull, a wait for a process. */
  readonly isLong?: boolean;
}

/** The way to one engine, its version settled: every call goes through here, to be counted, bounded and told in our words. */
export class EngineClient implements AsyncDisposable {
  readonly docker: Docker;
  readonly closed: AbortSignal;
  readonly way: EngineWay;
  readonly #agent: EngineAgent;
  readonly #closing = new AbortController();
  #traffic: EngineTraffic = { calls: 0, changes: 0 };

  constructor(docker: Docker, way: EngineWay, agent: EngineAgent) {
    this.docker = docker;
    this.way = way;
    this.#agent = agent;
    this.closed = this.#closing.signal;
    const onClosed = (): void => {
      this.#close(abortError(way.closed));
    };
    if (way.closed.aborted) onClosed();
    else way.closed.addEventListener('abort', onClosed, { once: true });
  }

  get traffic(): EngineTraffic {
    return this.#traffic;
  }

  /** Requests that are under way, streams among them. */
  get openRequests(): number {
    return this.#agent.open;
  }

  /**
   * One question or order. `ask` is given the signal that its request has to end with; what it answers with, a stream for
   * instance, is the caller's.
   */
  async call<T>(subject: Subject, options: CallOptions, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.closed.throwIfAborted();
    options.signal?.throwIfAborted();
    this.#traffic = {
      calls: this.#traffic.calls + 1,
      changes: this.#traffic.changes + (options.effect === 'change' ? 1 : 0),
    };
    const request = new AbortController();
    const giveUp = (): void => {
      request.abort(tooSlow(subject));
    };
    const timer = options.isLong === true ? undefined : setTimeout(giveUp, QUICK_MS);
    try {
      return await raceAbort(ask(request.signal), [this.closed, options.signal, request.signal]);
    } catch (error) {
      const aborted = [this.closed, options.signal, request.signal].find((signal) => signal?.aborted === true);
      request.abort();
      if (aborted !== undefined) throw abortError(aborted);
      throw engineError(error, subject);
    } finally {
      clearTimeout(timer);
    }
  }

  /** An answer that goes on. Whoever has it destroys it: that ends the request. */
  async stream(
    subject: Subject,
    options: CallOptions,
    ask: (signal: AbortSignal) => Promise<NodeJS.ReadableStream>,
  ): Promise<Readable> {
    const stream = await this.call(subject, { ...options, isLong: true }, ask);
    if (stream instanceof Readable) return stream;
    throw new TypeError('The client of the engine answers with a stream of another kind.');
  }

  #close(reason: Error): void {
    if (this.closed.aborted) return;
    this.#closing.abort(reason);
    this.#agent.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close(wayClosed());
    await this.way[Symbol.asyncDispose]();
  }
}

/** What those meet who still wait for something of an engine that was let go. */
export function wayClosed(): AppError {
  return new AppError('engine.unreachable', { message: 'The way to the Docker engine was closed.' });
}

function tooSlow(subject: Subject): AppError {
  return new AppError('engine.unreachable', {
    details: { what: subject.what, name: subject.name, waitedMs: QUICK_MS },
  });
}

/**
 * Greets the engine at the end of a way and settles in which version it is spoken to. The way is the client's from then on;
 * where there is none, it stays the caller's.
 * @throws AppError `engine.unreachable`, `engine.denied`, `engine.too-old`, or what the way throws
 */
export async function openEngineClient(way: EngineWay, options: EngineOptions = {}): Promise<EngineClient> {
  // Read when an engine is wanted, not when the product starts: it costs a quarter of a second.
  const { default: Dockerode } = await import('dockerode');
  const agent = new EngineAgent((signal, use) => way.dial(signal, use));
  const docker = createDocker(Dockerode, agent);
  const client = new EngineClient(docker, way, agent);
  try {
    const version = await client.call(
      { what: 'engine', name: way.name },
      { ...options, effect: 'read' },
      (abortSignal) => askWithSignal(docker).version({ abortSignal }),
    );
    Object.assign(docker.modem, { version: `v${settleApiVersion(version.ApiVersion, version.MinAPIVersion)}` });
    return client;
  } catch (error) {
    agent.destroy();
    throw error;
  }
}

function createDocker(Dockerode: typeof Docker, agent: EngineAgent): Docker {
  try {
    // Every connection is the agent's: this name is only what stands in the requests. What the environment says of an engine is
    // overwritten, because it was read already where it counts.
    const place = { protocol: 'http', host: 'docker', port: 80, agent, ...nothingFromEnvironment };
    return new Dockerode(place as Docker.DockerOptions);
  } catch (error) {
    // It looks there all the same, and at certificates that may not be there.
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('engine.failed', {
      message: 'What the environment says of a Docker engine cannot be read.',
      hint: 'Correct or unset DOCKER_HOST and DOCKER_CERT_PATH.',
      details: { reason },
      cause: error,
    });
  }
}

const nothingFromEnvironment = {
  pathPrefix: '/',
  socketPath: undefined,
  username: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
};

/** What the client takes and its types do not tell: that these can be cancelled as well. */
interface CancellableAsks {
  version(options: AskOptions): Promise<Docker.DockerVersion>;
  info(options: AskOptions): Promise<EngineInfo>;
  df(options: AskOptions): Promise<{ readonly Volumes?: readonly Docker.VolumeInspectInfo[] | null }>;
}
interface AskOptions {
  readonly abortSignal: AbortSignal;
}

export function askWithSignal(docker: Docker): CancellableAsks {
  return docker;
}

/** The part of an engine's answer about itself that we read. */
export interface EngineInfo {
  readonly ID: string;
  readonly ServerVersion: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly OSType: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Driver: string;
  readonly DockerRootDir: string;
  readonly MemoryLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly PidsLimit?: boolean;
}

/** The version to speak. Pure. @throws AppError `engine.too-old` */
export function settleApiVersion(newest: string, oldest = OLDEST_API): string {
  if (compareVersions(newest, OLDEST_API) < 0) {
    throw new AppError('engine.too-old', { details: { apiVersion: newest } });
  }
  const wanted = compareVersions(newest, NEWEST_API) < 0 ? newest : NEWEST_API;
  return compareVersions(wanted, oldest) < 0 ? oldest : wanted;
}

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
