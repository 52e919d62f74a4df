import { createInterface } from 'node:readline';
import type { InstanceLink } from '../core/index.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import { formatLogLine, parseEntry, type LogQuery } from '../shared/model/log.ts';
import type { OpenedStream, Streams } from './streams.ts';

/** Reads the logs of an instance into a stream of one session. The link is the stream's from here on. */
export async function openLog(link: InstanceLink, query: LogQuery, streams: Streams): Promise<OpenedStream> {
  const ending = new AbortController();
  const close = (): void => {
    ending.abort();
    // The way may be broken already: then there is nothing left to give up.
    link[Symbol.asyncDispose]().then(undefined, () => undefined);
  };
  try {
    const log = await link.openLogs(query, ending.signal);
    // The first error ends the stream, below; one that comes after it has nobody to tell, and must not end the program.
    log.on('error', () => undefined);
    ending.signal.addEventListener('abort', () => log.destroy(), { once: true });
    const opened = streams.open({ pause: () => log.pause(), resume: () => log.resume(), close });
    log.on('data', (chunk: Buffer | string) => opened.stream.write(Buffer.from(chunk)));
    log.once('error', (error) => opened.end(error));
    log.once('end', () => opened.end());
    return opened;
  } catch (error) {
    close();
    throw error;
  }
}

/** Lines for a file, as they are read: no door holds all of them. */
export async function* readLog(
  panel: { link(id: InstanceId): Promise<InstanceLink> },
  instanceId: InstanceId,
  query: LogQuery,
): AsyncGenerator<string> {
  await using link = await panel.link(instanceId);
  const ending = new AbortController();
  const log = await link.openLogs(query, ending.signal);
  const failed = new Promise<never>((_, reject) => log.once('error', reject));
  // Whoever reads below is told.
  failed.catch(() => undefined);
  const lines = createInterface({ input: log });
  lines.on('error', () => undefined);
  try {
    for await (const line of lines) {
      const entry = parseEntry(line);
      if (entry !== undefined) yield `${formatLogLine(entry)}\n`;
    }
    if (log.errored !== null) await failed;
  } finally {
    ending.abort();
    log.destroy();
  }
}

/** Of letters that every file system takes. Pure. */
export function nameLogFile(instanceName: string, at: Date): string {
  const name = instanceName.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return `${name === '' ? 'instance' : name}-${at.toISOString().slice(0, 19).replaceAll(':', '')}.log`;
}
