import type { Container } from 'dockerode';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { ContainerEngine, EngineOptions, Labels } from './container-engine.ts';
import { readLook, readRow } from './container-reading.ts';
import { writeContainer, writeLimits } from './container-writing.ts';
import { ExecStarter } from './dockerode-exec.ts';
import { openLogs, watchUsage } from './dockerode-streams.ts';
import type { CallOptions, EngineClient } from './engine-client.ts';
import { packFiles, unpackFile } from './tar-archive.ts';

/** Configuration is what is read so; a file that somebody has grown is not taken into memory. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

export interface DockerodeContainers {
  readonly containers: ContainerEngine['containers'];
  readonly execs: ExecStarter;
}

export function createContainers(client: EngineClient): DockerodeContainers {
  const execs = new ExecStarter(client);
  const about = (name: string) => ({ what: 'container', name }) as const;
  const open = (id: string): Container => client.docker.getContainer(encodeURIComponent(id));
  const change = (
    id: string,
    options: EngineOptions | undefined,
    act: (container: Container, abortSignal: AbortSignal) => Promise<unknown>,
    how: Partial<CallOptions> = {},
  ): Promise<unknown> =>
    client.call(about(id), { ...options, effect: 'change', ...how }, (abortSignal) => act(open(id), abortSignal));
  const find: ContainerEngine['containers']['find'] = (id, options) =>
    absent(
      client.call(about(id), { ...options, effect: 'read' }, async (abortSignal) =>
        readLook(await open(id).inspect({ abortSignal })),
      ),
    );

  const containers: ContainerEngine['containers'] = {
    list: (labels, options) =>
      client.call(about(''), { ...options, effect: 'read' }, async (abortSignal) => {
        const filters = { label: labelFilter(labels) };
        const rows = await client.docker.listContainers({ all: true, filters, abortSignal });
        return rows.map(readRow);
      }),
    find,
    create: (spec, options) =>
      client.call(about(spec.name), { ...options, effect: 'change', isLong: true }, async (abortSignal) => {
        // By its own name for it: what stands in the body must not stand in the address as well, where logs would keep it.
        const body = { _query: { name: spec.name }, _body: writeContainer(spec), abortSignal };
        return (await client.docker.createContainer(body)).id;
      }),
    start: async (id, options) => {
      const ask = change(id, options, (container, abortSignal) => container.start({ abortSignal }), { isLong: true });
      await ask.catch(async (error: unknown) => {
        if (isStatus(error, ALREADY)) return;
        // The engine names the port of its proxy or none at all: the container knows which it asked for.
        if (!isAppError(error, 'engine.port-taken')) throw error;
        const asked = (await find(id, options))?.ports.map((port) => port.port) ?? [];
        throw new AppError('engine.port-taken', {
          details: { ...error.details, port: asked.find((port) => port === error.details?.['port']) ?? asked[0] },
          cause: error,
        });
      });
    },
    stop: (id, graceSeconds, options) =>
      fine(
        ALREADY,
        change(id, options, (it, abortSignal) => it.stop({ t: graceSeconds, abortSignal }), { isLong: true }),
      ),
    restart: async (id, graceSeconds, options) => {
      await change(id, options, (it, abortSignal) => it.restart({ t: graceSeconds, abortSignal }), { isLong: true });
    },
    pause: (id, options) =>
      fine(
        /already paused|not running/i,
        change(id, options, (it, abortSignal) => it.pause({ abortSignal })),
      ),
    unpause: (id, options) =>
      fine(
        /not paused|not running/i,
        change(id, options, (it, abortSignal) => it.unpause({ abortSignal })),
      ),
    update: async (id, what, options) => {
      const { restart } = what;
      const wanted = { ...writeLimits(what), ...(restart === undefined ? {} : { RestartPolicy: { Name: restart } }) };
      await change(id, options, (container) => container.update(wanted));
    },
    remove: async (id, options) => {
      const force = { force: true, v: true };
      const removal = change(id, options, (it, abortSignal) => it.remove({ ...force, abortSignal }), { isLong: true });
      // v takes the volumes without a name with it, that an image may ask for; ours have names.
      await fine(/already in progress/i, absent(removal));
    },
    putFiles: async (id, folder, files, options) => {
      await change(id, options, (it, abortSignal) => it.putArchive(packFiles(files), { path: folder, abortSignal }), {
        isLong: true,
      });
    },
    readFile: (id, path, options) =>
      absentFile(
        client.call(about(id), { ...options, effect: 'read' }, async (abortSignal) => {
          const archive = await open(id).getArchive({ path, abortSignal });
          return unpackFile(archive as never, options?.maxBytes ?? MAX_FILE_BYTES);
        }),
      ),
    exec: (id, spec, options) => execs.start(id, spec, options),
    logs: (id, options) => openLogs(client, id, options),
    watchUsage: (id, onUsage, signal) => watchUsage(client, id, onUsage, signal),
  };
  return { containers, execs };
}

/** How an engine filters by labels. Pure. */
export function labelFilter(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}

const ALREADY = 304;

function isStatus(error: unknown, status: number): boolean {
  return isAppError(error) && error.details?.['status'] === status;
}

/** What the engine refuses because it is so already, is done. */
async function fine(already: number | RegExp, asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (typeof already === 'number' ? isStatus(error, already) : saysSo(error, already)) return;
    throw error;
  }
}

function saysSo(error: unknown, sentence: RegExp): boolean {
  if (!isAppError(error)) return false;
  const reason = error.details?.['reason'];
  return (
    (error.code === 'engine.conflict' || error.code === 'engine.failed') &&
    typeof reason === 'string' &&
    sentence.test(reason)
  );
}

/** Undefined, where the engine does not have it. */
export async function absent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isAppError(error, 'engine.not-found')) return undefined;
    throw error;
  }
}

/** The container has to be there, the file has not. */
async function absentFile<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const reason = isAppError(error, 'engine.not-found') ? error.details?.['reason'] : undefined;
    if (typeof reason === 'string' && !/no such container/i.test(reason)) return undefined;
    throw error;
  }
}
