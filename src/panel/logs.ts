import type { InstanceLink } from '../core/index.ts';
import type { OpenedStream, Streams } from './streams.ts';

/** Follows a gateway's log into a stream of one session. The link is the stream's from here on. */
export async function openLog(link: InstanceLink, lines: number, streams: Streams): Promise<OpenedStream> {
  const ending = new AbortController();
  const close = (): void => {
    ending.abort();
    // The way may be broken already: then there is nothing left to give up.
    link[Symbol.asyncDispose]().then(undefined, () => undefined);
  };
  try {
    const log = await link.openLogs({ follow: true, lines }, ending.signal);
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
