import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { AppError, type ErrorCode } from '../../../shared/app-error.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import { labelNames } from '../../openclaw/container-layout.ts';
import { buildPassingSpec } from '../../openclaw/container-spec.ts';

/** OpenClaw's command line takes seconds to say its version, and on a busy machine many. */
const PATIENCE_MS = 2 * 60_000;
const KEPT_LINES = 20;

/** Failures of the way to the engine and of its disk: they say nothing of the image. */
const NOT_ITS_FAULT: readonly ErrorCode[] = [
  'engine.unreachable',
  'engine.denied',
  'disk.full',
  'image.gone',
  'host.connection-lost',
  'image.foreign',
];

/**
 * Starts the image once as an instance would, alone and without a network, and has OpenClaw say its version.
 * @throws AppError `image.foreign`
 */
export async function proveImage(engine: ContainerEngine, image: string, signal: AbortSignal): Promise<void> {
  const name = `hardshell-proof-${randomBytes(6).toString('hex')}`;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const within = { signal: AbortSignal.any([signal, patience]) };
  try {
    await engine.containers.create(
      buildPassingSpec({
        name,
        image,
        command: ['sh', '-c', 'exec openclaw --version'],
        env: { HOME: '/tmp' },
        labels: { [labelNames.role]: 'proof' },
      }),
      within,
    );
    await engine.containers.start(name, within);
    const said = await text(await engine.containers.logs(name, { follow: true, lines: KEPT_LINES, ...within }));
    const look = await engine.containers.find(name, within);
    if (look?.exitCode !== 0 || !/\b\d{4}\.\d+\.\d+/.test(said)) throw foreign(image, said.trim().split('\n'));
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted) throw foreign(image, ['it did not say its version within two minutes']);
    if (!(error instanceof AppError) || NOT_ITS_FAULT.includes(error.code)) throw error;
    throw foreign(image, [error.message, JSON.stringify(error.details ?? {})], error);
  } finally {
    // Also when it was cancelled: what is left over would be nobody's.
    await engine.containers.remove(name).catch(() => undefined);
  }
}

function foreign(image: string, lastLines: readonly string[], cause?: AppError): AppError {
  return new AppError('image.foreign', { details: { image, lastLines }, ...(cause === undefined ? {} : { cause }) });
}
