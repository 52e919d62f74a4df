import { AppError, isAppError, toAppError } from '../../shared/app-error.ts';
import { query } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import type { ContainerEngine, EngineOptions } from './container-engine.ts';
import { openDockerodeEngine } from './dockerode-engine.ts';
import type { EngineWay } from './engine-way.ts';
import { ProgramStream } from './program-stream.ts';
import { openSocketRelay, type SocketRelay } from './socket-relay.ts';

const SOCKET = '/var/run/docker.sock';
/** As a shell says it. */
const NO_SUCH_PROGRAM = 127;

/**
 * The Docker engine of a machine, through the connection that is there: no port is opened. Its socket where this login may
 * speak with it; else one that root lends to this login; else what `docker system dial-stdio` prints, as root, where sshd
 * forwards no sockets. The host stays the caller's.
 * @throws AppError `engine.missing`, `engine.denied`, `engine.unreachable`, `engine.too-old`, `host.connection-lost`
 */
export async function openHostEngine(host: Host, options: EngineOptions = {}): Promise<ContainerEngine> {
  const direct = await tryWay(overSocket(host, SOCKET), host, options);
  if (direct !== undefined) return direct;
  await checkProgram(host, options);
  const relay = await openSocketRelay(host, SOCKET, options);
  const lent = relay === undefined ? undefined : await tryWay(overRelay(host, relay), host, options);
  return lent ?? openDockerodeEngine(overProgram(host), options);
}

/** Undefined where it does not lead there: forwarding refused, or a socket that is not for this account; sshd does not say which. */
async function tryWay(way: EngineWay, host: Host, options: EngineOptions): Promise<ContainerEngine | undefined> {
  try {
    return await openDockerodeEngine(way, options);
  } catch (error) {
    await way[Symbol.asyncDispose]();
    options.signal?.throwIfAborted();
    host.closed.throwIfAborted();
    if (isAppError(error, 'engine.too-old')) throw error;
    return undefined;
  }
}

/** Everything but how the API is reached is the host's. */
function way(host: Host, dial: EngineWay['dial']): EngineWay {
  return {
    name: host.name.startsWith('ssh:') ? `docker+${host.name}` : 'docker',
    closed: host.closed,
    dial,
    connect: (port, options) => host.connect({ port }, options),
    // The host is not ours to close; the connections to the engine are closed by whoever uses this way.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function overSocket(host: Host, socketPath: string): EngineWay {
  return way(host, (signal) => host.connect({ socketPath }, { signal }));
}

/** The relay closes both sides when one has ended, so that a process's input could not be: a process has a program of its own. */
function overRelay(host: Host, relay: SocketRelay): EngineWay {
  const socket = overSocket(host, relay.path);
  const program = overProgram(host);
  return {
    ...socket,
    dial: (signal, use) => (use === 'process' ? program : socket).dial(signal, use),
    closed: AbortSignal.any([host.closed, relay.ended]),
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
}

function overProgram(host: Host): EngineWay {
  return way(host, async (signal) => {
    const program = await host.spawn(query(['docker', 'system', 'dial-stdio'], { runAs: 'root' }));
    const stream = new ProgramStream(program);
    if (signal.aborted) stream.destroy();
    return stream;
  });
}

/** Whether it is there, and whether we may: a stream that ends at once says neither. */
async function checkProgram(host: Host, options: EngineOptions): Promise<void> {
  const asked = query(['docker', 'version', '--format', '{{.Server.APIVersion}}'], { runAs: 'root' });
  const { code, stderr } = await exec(host, asked, options).catch((error: unknown) => {
    const found = toAppError(error);
    // Not root, and not let in to the socket as we are.
    if (!/^host\.sudo/.test(found.code)) throw error;
    throw new AppError('engine.denied', { details: { ...found.details, reason: found.message }, cause: error });
  });
  if (code === 0) return;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  // sudo says 1 for a program that is not there.
  if (code === NO_SUCH_PROGRAM || /command not found|not found$/i.test(reason)) throw new AppError('engine.missing');
  throw new AppError('engine.unreachable', { details: { reason } });
}
