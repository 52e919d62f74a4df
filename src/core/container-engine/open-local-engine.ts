import { readFile } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { AppError, isAppError, passHint, toAppError } from '../../shared/app-error.ts';
import { abortError } from '../host/abort.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import type { ContainerEngine, EngineOptions } from './container-engine.ts';
import { openDockerodeEngine } from './dockerode-engine.ts';
import type { EngineWay } from './engine-way.ts';
import { findLocalEndpoints, type LocalEndpoint, type LocalSurroundings } from './local-endpoints.ts';

export type { LocalSurroundings } from './local-endpoints.ts';

/**
 * The Docker engine of this computer.
 * @throws AppError `engine.missing`, `engine.denied`, `engine.unreachable`, `engine.too-old`; details.tried says where was looked
 */
export async function openLocalEngine(
  surroundings: LocalSurroundings,
  options: EngineOptions = {},
): Promise<ContainerEngine> {
  const endpoints = await findLocalEndpoints({ ...surroundings, uid: process.getuid?.() }, readText);
  const failures: { endpoint: LocalEndpoint; error: AppError }[] = [];
  for (const endpoint of endpoints) {
    options.signal?.throwIfAborted();
    try {
      return await openEndpoint(endpoint, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push({ endpoint, error: toAppError(error) });
    }
  }
  throw judge(failures);
}

/** Which of several failures is the person's: an engine that is there and does not let them in, before one that is not there. */
function judge(failures: readonly { endpoint: LocalEndpoint; error: AppError }[]): AppError {
  const tried = failures.map(({ endpoint, error }) => ({
    place: endpoint.kind === 'socket' ? endpoint.path : endpoint.source,
    source: endpoint.source,
    reason: typeof error.details?.['reason'] === 'string' ? error.details['reason'] : error.message,
  }));
  const refused = failures.find(({ endpoint }) => endpoint.kind === 'refused')?.error;
  if (refused !== undefined) {
    return new AppError(refused.code, {
      message: refused.message,
      ...passHint(refused),
      details: { ...refused.details, tried },
    });
  }
  const there = failures.filter(({ error }) => !isNotThere(error)).map(({ error }) => error);
  const worst = there.find((error) => isAppError(error, 'engine.denied')) ?? there[0];
  // What a person has chosen is one place: nothing there means that it sleeps, not that there is no Docker.
  if (worst === undefined)
    return new AppError(tried.length === 1 ? 'engine.unreachable' : 'engine.missing', { details: { tried } });
  return new AppError(worst.code, { details: { ...worst.details, tried }, cause: worst });
}

function isNotThere(error: AppError): boolean {
  const cause = error.cause;
  return error.code === 'engine.unreachable' && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

async function openEndpoint(endpoint: LocalEndpoint, options: EngineOptions): Promise<ContainerEngine> {
  if (endpoint.kind === 'refused') throw endpoint.error;
  const dial = endpoint.kind === 'socket' ? dialSocket(endpoint.path) : await dialTls(endpoint);
  const host = await openLocalHost();
  const closed = host.closed;
  const way: EngineWay = {
    name: 'docker',
    closed,
    dial: (signal) => opened(dial(), signal),
    connect: (port, connectOptions) => host.connect({ port }, connectOptions),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
  try {
    return await openDockerodeEngine(way, options);
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

function dialSocket(path: string): () => Socket {
  return () => connectSocket({ path });
}

async function dialTls(endpoint: LocalEndpoint & { kind: 'tls' }): Promise<() => Socket> {
  const read = (name: string): Promise<Buffer> => readFile(join(endpoint.certificates, name));
  try {
    const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
    const { host, port } = endpoint;
    return () => connectTls({ host, port, ca, cert, key });
  } catch (error) {
    const details = { reason: error instanceof Error ? error.message : String(error), source: endpoint.source };
    throw new AppError('engine.denied', {
      message: 'The certificates for the Docker engine cannot be read.',
      hint: 'ca.pem, cert.pem and key.pem are looked for where DOCKER_CERT_PATH, or the Docker context, says.',
      details,
      cause: error,
    });
  }
}

function opened(socket: Socket, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(abortError(signal));
    };
    const settle = (act: () => void) => () => {
      signal.removeEventListener('abort', onAbort);
      act();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const done = 'encrypted' in socket ? 'secureConnect' : 'connect';
    socket.once(
      done,
      settle(() => resolve(socket)),
    );
    socket.once('error', (error) => settle(() => reject(error))());
    if (signal.aborted) onAbort();
  });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Not there, or not ours to read: then it chooses nothing.
    return undefined;
  }
}
