import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { ImageLook, ImageProgress } from '../../container-engine/image.ts';
import { labelNames } from '../../openclaw/container-layout.ts';
import { pinImage, type ImageSource } from '../../openclaw/image-choice.ts';
import { recipeLabel, recipeSum } from '../../openclaw/image-recipe.ts';
import type { ApplyContext, Step } from '../step.ts';
import type { EngineAccess } from './engine-access.ts';
import { buildImage, type BuildSupplies } from './image-build.ts';
import { proveImage } from './image-proof.ts';

export interface ImageStepOptions {
  readonly engine: EngineAccess;
  readonly source: ImageSource;
  readonly supplies: BuildSupplies;
  /** Told whenever the engine turned out to have it, before the step is satisfied. */
  readonly onFound: (image: FoundImage) => void;
}

export interface FoundImage {
  /** For the container: by digest, where a registry gave one. */
  readonly reference: string;
  readonly id: string;
}

/** Layers of a gigabyte over a slow line, or three hundred packages on a small machine. */
const TIMEOUT_MS = 40 * 60_000;

/** The engine has the image, and what is in it can be started. */
export function imageStep({ engine: access, source, supplies, onFound }: ImageStepOptions): Step {
  const { reference } = source;
  /** The image that was tried by this step. */
  let proven: string | undefined;
  return {
    id: 'image',
    title: source.how === 'build' ? `Build the image of OpenClaw ${source.version}` : `Fetch the image ${reference}`,
    facts: [],
    timeoutMs: TIMEOUT_MS,
    async check({ signal }) {
      const engine = await access.find(signal);
      if (engine === undefined) return needed('there is no engine yet');
      const look = await engine.images.find(reference, { signal });
      if (look === undefined) return needed(`the engine does not have ${reference}`);
      if (source.how === 'build' && look.labels[recipeLabel] !== recipeSum) {
        return needed(`${reference} was not made from the recipe that it is named after`);
      }
      if (look.id !== proven && !(await isKnown(engine, look, reference, signal))) {
        return needed(`it was not tried yet whether ${reference} holds an OpenClaw`);
      }
      onFound({ reference: pinImage(reference, look.digests), id: look.id });
      return satisfied(`the engine has ${reference}`);
    },
    async apply({ signal, act, note, progress }) {
      const engine = await access.open(signal);
      if (source.how === 'build') {
        await act(`Building the image ${reference}`, (within) =>
          buildImage({ engine, source, supplies, note, progress, signal: within }),
        );
        return;
      }
      const look =
        (await engine.images.find(reference, { signal })) ??
        (await act(`Fetching the image ${reference}`, (within) =>
          pullImage(engine, source, speak(note, progress), within),
        ));
      if (!(await isKnown(engine, look, reference, signal))) {
        note('trying whether it holds an OpenClaw');
        await act(`Trying the image ${reference}`, (within) => proveImage(engine, reference, within));
      }
      proven = look.id;
    },
  };
}

/**
 * Whether it need not be tried: what our recipe makes was tried in its making, and what an instance was made from before that.
 */
async function isKnown(
  engine: ContainerEngine,
  look: ImageLook,
  reference: string,
  signal: AbortSignal,
): Promise<boolean> {
  if ((look.labels[recipeLabel] ?? '') !== '') return true;
  const names = new Set([reference, pinImage(reference, look.digests)]);
  // The engine names a container's image by its id as soon as the name means another one.
  const rows = await engine.containers.list({}, { signal });
  return rows.some((row) => names.has(row.image) && row.labels[labelNames.instance] !== undefined);
}

async function pullImage(
  engine: ContainerEngine,
  { reference, isOwn }: Extract<ImageSource, { how: 'pull' }>,
  onProgress: (progress: ImageProgress) => void,
  signal: AbortSignal,
): Promise<ImageLook> {
  try {
    return await engine.images.pull(reference, onProgress, { signal });
  } catch (error) {
    if (!isOwn || !(error instanceof AppError) || error.code !== 'image.not-found') throw error;
    throw new AppError('image.not-found', {
      message: `There is no image ${reference}.`,
      hint: {
        command: 'Choose another version, or build the image on the engine with --image build.',
        window: 'Choose another version, or have the image built on the engine.',
      },
      ...(error.details === undefined ? {} : { details: error.details }),
      cause: error,
    });
  }
}

/** What an engine tells of its work, as a run tells it. */
function speak(note: ApplyContext['note'], progress: ApplyContext['progress']): (of: ImageProgress) => void {
  return ({ line, done, total, unit = 'bytes' }) => {
    if (line !== undefined) note(line);
    if (done !== undefined) progress(done, total, unit);
  };
}
