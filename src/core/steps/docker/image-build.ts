import { AppError, isAppError, type ErrorCode } from '../../../shared/app-error.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { ImageSource } from '../../openclaw/image-choice.ts';
import { buildRecipe } from '../../openclaw/image-recipe.ts';
import { isRequestLine, watchNpm } from '../../openclaw/npm-output.ts';
import type { ApplyContext } from '../step.ts';
import { shareWork } from './shared-work.ts';

export interface BuildSupplies {
  /** Base URL of the npm registry as the engine's machine reaches it, without a trailing slash. */
  readonly registry: string;
  /** PEM, may be empty: whom this computer trusts beside the usual ones. Asked when something is built. */
  readonly readCertificates: () => Promise<string>;
}

export interface ImageBuild extends Pick<ApplyContext, 'note' | 'progress' | 'signal'> {
  readonly engine: ContainerEngine;
  readonly source: Extract<ImageSource, { how: 'build' }>;
  readonly supplies: BuildSupplies;
}

const BASE_FAILURES: readonly ErrorCode[] = ['image.unreachable', 'image.denied', 'image.not-found'];
/** As builders colour what a program says to stderr. */
const COLOURS = /\u001b\[[\d;]*m/g;

/**
 * For all who need the same image at the same time it is built once: each of them hears how that goes.
 * @throws AppError `image.build-failed`, `image.unreachable` and the like (what it is built upon), `registry.unreachable`, `disk.full`
 */
export async function buildImage({ engine, source, supplies, note, progress, signal }: ImageBuild): Promise<void> {
  const doing = `Building the image of OpenClaw ${source.version}`;
  const { id } = await engine.look({ signal });
  await shareWork(
    `${id} ${source.reference}`,
    async (tell) => {
      const certificates = await supplies.readCertificates();
      const npm = watchNpm(doing, (line) => {
        tell({ line });
      });
      try {
        await engine.images.build(
          buildRecipe(source.version, { registry: supplies.registry, certificates }),
          ({ line, ...counts }) => {
            if (counts.done !== undefined) tell(counts);
            for (const one of toPlainLines(line)) npm.onLine('stderr', one);
          },
          { signal: AbortSignal.any([signal, npm.signal]) },
        );
      } catch (error) {
        signal.throwIfAborted();
        npm.signal.throwIfAborted();
        throw explain(error, doing);
      }
    },
    ({ line, done, total, unit = 'items' }) => {
      if (line !== undefined) note(line);
      if (done !== undefined) progress(done, total, unit);
    },
    signal,
  );
}

function toPlainLines(text: string | undefined): string[] {
  return (text ?? '')
    .replace(COLOURS, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

const NO_WAY =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EHOSTUNREACH|ENETUNREACH|E50\d|UNABLE_TO_\w+|SELF_SIGNED_CERT\w*)\b/;

/** What failed, in words that fit a build. */
function explain(error: unknown, doing: string): unknown {
  if (isAppError(error, 'image.build-failed')) {
    const said: unknown = error.details?.['lastLines'];
    const all = Array.isArray(said) ? said.flatMap((line) => toPlainLines(String(line))) : [];
    const lastLines = all.filter((line) => !isRequestLine(line));
    const details = { ...error.details, doing, lastLines };
    const isNetwork = all.some((line) => line.startsWith('npm ') && NO_WAY.test(line));
    return new AppError(isNetwork ? 'registry.unreachable' : 'image.build-failed', { details, cause: error });
  }
  if (!(error instanceof AppError) || !BASE_FAILURES.includes(error.code)) return error;
  return new AppError(error.code, {
    message: 'The image of Node.js that OpenClaw is built upon could not be fetched.',
    hint: 'Check the network of the engine, or load node:24-bookworm-slim into it (`docker load`).',
    details: { ...error.details, doing },
    cause: error,
  });
}
