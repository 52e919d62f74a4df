import type Docker from 'dockerode';
import { AppError, isAppError } from '../../shared/app-error.ts';
import { BuildQueue } from './build-queue.ts';
import type { ContainerEngine, EngineOptions } from './container-engine.ts';
import { orEmpty } from './container-reading.ts';
import { absent } from './dockerode-containers.ts';
import type { EngineClient } from './engine-client.ts';
import { engineError, pullError } from './engine-error.ts';
import type { BuildSpec, ImageLook, ImageProgress } from './image.ts';
import { followJsonLines } from './json-lines.ts';
import { BuildProgress, LayerProgress, type EngineLine } from './layer-progress.ts';
import { packFiles } from './tar-archive.ts';

type OnProgress = (progress: ImageProgress) => void;

const RECIPE = 'Dockerfile';
const RECIPE_MODE = 0o644;

export function createImages(client: EngineClient): ContainerEngine['images'] {
  const builds = new BuildQueue();
  const about = (name: string) => ({ what: 'image', name }) as const;
  const open = (reference: string): Docker.Image =>
    client.docker.getImage(reference.split('/').map(encodeURIComponent).join('/'));
  const find: ContainerEngine['images']['find'] = (reference, options) =>
    absent(
      client.call(about(reference), { ...options, effect: 'read' }, async (abortSignal) =>
        readImage(await open(reference).inspect({ abortSignal } as Docker.ImageInspectOptions)),
      ),
    );
  const have = async (reference: string, options: EngineOptions): Promise<ImageLook> => {
    const image = await find(reference, options);
    if (image === undefined) throw new AppError('image.gone', { details: about(reference) });
    return image;
  };
  const long = (options: EngineOptions | undefined) => ({ ...options, effect: 'change', isLong: true }) as const;

  return {
    find,
    pull: async (reference, onProgress, options = {}) => {
      const layers = new LayerProgress();
      const fromImage = withTag(reference);
      try {
        const stream = await client.stream(about(reference), long(options), (abortSignal) =>
          client.docker.createImage({ fromImage, abortSignal }),
        );
        await followJsonLines(stream, options.signal, (said) => {
          const line = said as EngineLine;
          tell(layers.take(line), onProgress);
          const reason = failureOf(line);
          if (reason !== undefined) throw pullError(reason, reference);
          return undefined;
        });
      } catch (error) {
        throw inWordsOfPull(client, error, reference);
      }
      return have(reference, options);
    },
    build: (spec, onProgress, options = {}) =>
      builds.run(
        spec.tag,
        async (tellAll, signal) => {
          await build(client, spec, tellAll, signal);
          return have(spec.tag, { signal });
        },
        onProgress,
        options,
      ),
    remove: async (reference, options) => {
      await client.call(about(reference), long(options), (abortSignal) => open(reference).remove({ abortSignal }));
    },
  };
}

async function build(
  client: EngineClient,
  spec: BuildSpec,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const recipe = { path: RECIPE, mode: RECIPE_MODE, uid: 0, gid: 0, content: Buffer.from(spec.dockerfile) };
  const context = packFiles([recipe, ...(spec.files ?? [])]);
  const subject = { what: 'image', name: spec.tag } as const;
  const progress = new BuildProgress();
  try {
    const stream = await client.stream(subject, { effect: 'change', isLong: true, signal }, (abortSignal) =>
      client.docker.buildImage(context as never, {
        t: spec.tag,
        dockerfile: RECIPE,
        buildargs: { ...spec.args },
        labels: { ...spec.labels },
        ...(spec.network === undefined ? {} : { networkmode: spec.network }),
        rm: true,
        // What a failed or cancelled build leaves behind is nobody's.
        forcerm: true,
        abortSignal,
      }),
    );
    await followJsonLines(stream, signal, (said) => {
      const line = said as EngineLine;
      tell(progress.take(line), onProgress);
      const reason = failureOf(line);
      if (reason !== undefined) throw buildError(reason, spec, progress);
      return undefined;
    });
  } catch (error) {
    if (signal.aborted || isAppError(error)) throw error;
    client.closed.throwIfAborted();
    throw engineError(error, subject);
  }
}

function buildError(reason: string, spec: BuildSpec, progress: BuildProgress): AppError {
  if (/no space left on device/i.test(reason)) return pullError(reason, spec.tag);
  if (progress.isAtBase) {
    const base = pullError(reason, progress.base ?? spec.tag);
    if (base.code !== 'engine.failed') return base;
  }
  return new AppError('image.build-failed', {
    details: { what: 'image', name: spec.tag, reason, lastLines: progress.lastLines },
  });
}

function tell(progress: ImageProgress | undefined, onProgress: OnProgress): void {
  if (progress !== undefined) onProgress(progress);
}

/** An engine answers a pull or a build with 200 before it has begun: how it went is in the last line. */
function failureOf(line: EngineLine): string | undefined {
  return line.errorDetail?.message ?? line.error;
}

/** What a registry refuses arrives as an answer of the engine, or as the last line of its progress. */
function inWordsOfPull(client: EngineClient, error: unknown, reference: string): unknown {
  if (!isAppError(error)) {
    client.closed.throwIfAborted();
    return error instanceof Error && error.name === 'AbortError'
      ? error
      : engineError(error, { what: 'image', name: reference });
  }
  const reason = error.details?.['reason'];
  const isRegistry = ['engine.failed', 'engine.not-found', 'engine.denied'].includes(error.code);
  return isRegistry && error.details?.['status'] !== undefined && typeof reason === 'string'
    ? pullError(reason, reference)
    : error;
}

/** Without a tag the engine would fetch every one there is. Pure. */
export function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? reference : `${reference}:latest`;
}

function readImage(info: Docker.ImageInspectInfo): ImageLook {
  const config = info.Config as typeof info.Config | undefined;
  return {
    id: info.Id,
    tags: orEmpty(info.RepoTags),
    digests: orEmpty(info.RepoDigests),
    labels: (config?.Labels as Record<string, string> | null | undefined) ?? {},
    sizeBytes: info.Size,
    arch: info.Architecture,
    user: config?.User ?? '',
  };
}
