import { Duplex, Readable, Writable } from 'node:stream';
import type { ClientChannel } from 'ssh2';

/*
 * ssh2's channels are streams of an older kind: destroying one neither closes nor fails it, and a write to one that was
 * closed is never called back. What leaves this folder are Node's own streams around them.
 */

/** Takes out what is not for the reader. */
export interface ChannelFilter {
  take(chunk: Buffer): Buffer;
  /** What it held back, at the end. */
  flush(): Buffer;
}

const NO_FILTER: ChannelFilter = { take: (chunk) => chunk, flush: () => Buffer.alloc(0) };

export interface ChannelReading {
  readonly filter?: ChannelFilter | undefined;
  /** Is told of everything that has left the channel. */
  readonly taken?: ((bytes: number) => void) | undefined;
}

/** What of a channel can be read, its back-pressure kept. */
export function readChannel(source: Readable, reading: ChannelReading = {}): Readable {
  const { pump, stop } = createPump(source, () => stream, reading);
  const stream = new Readable({
    read: pump,
    destroy: (error, done) => {
      stop();
      done(error);
    },
  });
  stream.on('error', () => undefined);
  return stream;
}

/** What of a channel can be written. */
export function writeChannel(channel: ClientChannel): Writable {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => void channel.write(chunk, done),
    final: (done) => {
      channel.end();
      done();
    },
  });
  channel.once('close', () => {
    if (!stream.writableFinished) stream.destroy(brokenPipe());
  });
  stream.on('error', () => undefined);
  return stream;
}

/** Both ways of a channel as one stream: a forwarded connection. Destroying it closes the channel. */
export function wrapConnection(channel: ClientChannel): Duplex {
  const { pump, stop } = createPump(channel, () => stream);
  let isClosed = false;
  let isWriting = false;
  const stream = new Duplex({
    read: pump,
    write: (chunk: Buffer, _encoding, done) => {
      if (isClosed) {
        done(brokenPipe());
        return;
      }
      isWriting = true;
      channel.write(chunk, (error) => {
        isWriting = false;
        done(error);
      });
    },
    final: (done) => {
      channel.end();
      done();
    },
    destroy: (error, done) => {
      stop();
      channel.close();
      done(error);
    },
  });
  channel.on('error', () => undefined);
  channel.once('close', () => {
    isClosed = true;
    // What the other end said before it went is read first; then there is nothing left to read or write.
    const finish = (): void => void stream.destroy(isWriting ? brokenPipe() : undefined);
    if (stream.readableEnded) finish();
    else stream.once('end', finish);
  });
  stream.on('error', () => undefined);
  return stream;
}

/** Moves what arrives into a stream, as fast as that one is read. */
function createPump(
  source: Readable,
  target: () => Readable,
  { filter = NO_FILTER, taken }: ChannelReading = {},
): { pump: () => void; stop: () => void } {
  const onData = (chunk: Buffer): void => {
    const rest = filter.take(chunk);
    if (rest.length > 0 && !target().push(rest)) source.pause();
  };
  if (taken !== undefined) source.on('data', (chunk: Buffer) => taken(chunk.length));
  source.on('data', onData);
  source.once('end', () => {
    if (target().destroyed) return;
    const rest = filter.flush();
    if (rest.length > 0) target().push(rest);
    target().push(null);
  });
  source.pause();
  return {
    pump: () => void source.resume(),
    // What still comes is thrown away: the channel's end comes behind it.
    stop: () => {
      source.removeListener('data', onData);
      source.resume();
    },
  };
}

function brokenPipe(): Error {
  return Object.assign(new Error('The other end was closed.'), { code: 'EPIPE' });
}
