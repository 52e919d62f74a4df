import { Transform, type Readable } from 'node:stream';
import type { ContainerStats } from 'dockerode';
import { isAppError } from '../../shared/app-error.ts';
import { abortError } from '../host/abort.ts';
import type { LogOptions } from './container-engine.ts';
import type { ContainerUsage } from './container.ts';
import type { EngineClient } from './engine-client.ts';
import { engineError } from './engine-error.ts';
import { followJsonLines } from './json-lines.ts';
import { FrameParser } from './log-demux.ts';
import { isOfNothing, readUsage } from './usage.ts';

/** Lines of a container. Destroying the stream ends the request. */
export async function openLogs(client: EngineClient, id: string, options: LogOptions): Promise<Readable> {
  const subject = { what: 'container', name: id } as const;
  const container = client.docker.getContainer(encodeURIComponent(id));
  const read = { effect: 'read', ...(options.signal === undefined ? {} : { signal: options.signal }) } as const;
  const look = await client.call(subject, read, (abortSignal) => container.inspect({ abortSignal }));
  const query = {
    follow: options.follow,
    stdout: true,
    stderr: true,
    tail: options.lines,
    timestamps: options.timestamps ?? false,
    ...(options.since === undefined ? {} : { since: (options.since / 1000).toFixed(3) }),
    ...(options.until === undefined ? {} : { until: (options.until / 1000).toFixed(3) }),
  };
  // To the client always as if followed, or it collects the whole log before it hands it on.
  const source = await client.stream(subject, { ...read, isLong: true }, (abortSignal) =>
    container.logs({ follow: true, _query: query, abortSignal } as { follow: true }),
  );
  const frames = look.Config.Tty ? undefined : new FrameParser();
  const lines = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const { payload } of frames?.push(chunk) ?? [{ payload: chunk }]) this.push(payload);
      done();
    },
  });
  lines.on('error', () => undefined);
  const onAbort = (): void => {
    lines.destroy();
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  lines.once('close', () => {
    options.signal?.removeEventListener('abort', onAbort);
    source.destroy();
  });
  // Not by `pipeline`: whoever reads is told in our words why it broke.
  source.once('error', (error) => {
    lines.destroy(client.closed.aborted ? abortError(client.closed) : engineError(error, subject));
  });
  source.pipe(lines);
  return lines;
}

/** What a container takes, about once a second. */
export async function watchUsage(
  client: EngineClient,
  id: string,
  onUsage: (usage: ContainerUsage) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const subject = { what: 'container', name: id } as const;
  try {
    const source = await client.stream(subject, { effect: 'read', isLong: true, signal }, (abortSignal) =>
      client.docker.getContainer(encodeURIComponent(id)).stats({ stream: true, abortSignal } as { stream: true }),
    );
    await followJsonLines(source, signal, (line) => {
      const stats = line as ContainerStats;
      if (isOfNothing(stats)) return 'enough';
      const usage = readUsage(stats);
      if (usage !== undefined) onUsage(usage);
      return undefined;
    });
  } catch (error) {
    if (isAborted(signal)) return;
    client.closed.throwIfAborted();
    throw isAppError(error) ? error : engineError(error, subject);
  }
}

/** As a function: the compiler does not know that others abort it meanwhile. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
