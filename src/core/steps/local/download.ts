import { createHash, type Hash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/app-error.ts';
import { withoutLogin } from '../../facts/network.ts';
import { hasCode } from '../../system/atomic-file.ts';

/** A download that brings nothing for so long is dead. */
const STALLED_AFTER_MS = 60_000;
const RETRY_AFTER_MS: readonly number[] = [500, 2_000];
/** How often progress is told. */
const PROGRESS_EVERY_BYTES = 2 * 1024 * 1024;

export interface Checksum {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

export interface Download {
  readonly url: string;
  readonly checksum: Checksum;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** Takes the content; called anew for each attempt. What it wrote counts only when `download` resolves. */
  readonly into: (content: Readable, signal: AbortSignal) => Promise<void>;
}

/**
 * Downloads with up to two more attempts where the network fails.
 * @throws AppError `download.failed`, `download.integrity`, `disk.full`, or the reason of the signal
 */
export async function download(options: Download): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const retryAfterMs = RETRY_AFTER_MS[attempt];
    try {
      await attemptDownload(options);
      return;
    } catch (error) {
      options.signal.throwIfAborted();
      if (hasCode(error, 'ENOSPC', 'EDQUOT')) throw new AppError('disk.full', { cause: error });
      if (!isPassing(error) || retryAfterMs === undefined)
        throw error instanceof AppError ? error : failed(options.url, describe(error), error);
      await sleep(retryAfterMs, undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted());
    }
  }
}

/** A small text, without a checksum of its own. @throws AppError `download.failed` */
export async function downloadText(url: string, signal: AbortSignal): Promise<string> {
  const response = await request(url, signal);
  return response.text();
}

async function attemptDownload({ url, checksum, signal, onProgress, into }: Download): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let stalled = setTimeout(() => undefined, 0);
  const alive = (): void => {
    clearTimeout(stalled);
    stalled = setTimeout(() => stop.abort(failed(url, 'nothing came for a minute')), STALLED_AFTER_MS);
  };
  alive();
  try {
    const response = await request(url, both);
    if (response.body === null) throw failed(url, 'the answer is empty');
    const total = Number(response.headers.get('content-length')) || undefined;
    const hash = createHash(checksum.algorithm);
    const content = Readable.fromWeb(response.body);
    const counted = measure(hash, alive, total, onProgress);
    await Promise.all([pipeline(content, counted, { signal: both }), into(counted, both)]);
    const found = hash.digest('hex');
    if (found !== checksum.hex) {
      throw new AppError('download.integrity', { details: { url: withoutLogin(url), expected: checksum.hex, found } });
    }
  } catch (error) {
    if (stop.signal.aborted) throw stop.signal.reason;
    throw error;
  } finally {
    clearTimeout(stalled);
    // Whatever is left of the connection must not outlive a failed attempt.
    stop.abort();
  }
}

function measure(
  hash: Hash,
  alive: () => void,
  total: number | undefined,
  onProgress: Download['onProgress'],
): Transform {
  let done = 0;
  let told = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      alive();
      done += chunk.length;
      if (done - told >= PROGRESS_EVERY_BYTES || done === total) {
        told = done;
        onProgress?.(done, total);
      }
      next(null, chunk);
    },
  });
}

async function request(url: string, signal: AbortSignal): Promise<Response> {
  const { username, password } = new URL(url);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  let response: Response;
  try {
    response = await fetch(withoutLogin(url), {
      signal,
      headers: username === '' ? {} : { authorization: `Basic ${login}` },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw failed(url, describe(error), error);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const { status } = response;
  throw new AppError('download.failed', { details: { url: withoutLogin(url), reason: `HTTP ${status}`, status } });
}

/** What the network did; not what a server refuses, nor what is something else than it should be. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AppError)) return true;
  const status = error.details?.['status'];
  return (
    error.code === 'download.failed' && !(typeof status === 'number' && status >= 400 && status < 500 && status !== 429)
  );
}

function failed(url: string, reason: string, cause?: unknown): AppError {
  return new AppError('download.failed', {
    details: { url: withoutLogin(url), reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** fetch says "fetch failed" and keeps what happened as the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: unknown = error.cause;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
