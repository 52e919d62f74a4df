import { AppError } from '../shared/app-error.ts';
import { createOutgoingStream, type OutgoingStream, type StreamSource } from './outgoing-stream.ts';

/** Terminals and logs that one interface reads at the same time. */
const MOST_STREAMS = 64;

export interface OpenedStream {
  readonly streamId: number;
  readonly stream: OutgoingStream;
  /** Sends what is left, then says that it is over. */
  end(error?: unknown): void;
  /** Says so at once: somebody else reads it now. */
  letGo(): void;
}

/** The streams of one session. */
export interface Streams extends Disposable {
  /** @throws AppError `usage.invalid` where there are too many */
  open(source: StreamSource): OpenedStream;
  acknowledge(streamId: number, bytes: number): void;
  input(streamId: number, bytes: Uint8Array): void;
  /** Fine where there is none. */
  close(streamId: number): void;
}

export function createStreams(pipe: {
  readonly sendBytes: (frame: Uint8Array) => void;
  readonly onEnd: (streamId: number, error: unknown) => void;
}): Streams {
  const open = new Map<number, OutgoingStream>();
  let last = 0;
  let isClosed = false;
  const close = (streamId: number): void => {
    const stream = open.get(streamId);
    open.delete(streamId);
    stream?.source.close();
  };
  return {
    open(source) {
      if (isClosed) throw new AppError('run.cancelled');
      if (open.size >= MOST_STREAMS)
        throw new AppError('usage.invalid', {
          message: `${MOST_STREAMS} terminals and logs are open already.`,
          hint: 'Close one of them.',
        });
      last += 1;
      const streamId = last;
      const send = (frame: Uint8Array): void => {
        // One that was closed meanwhile says nothing more.
        if (open.has(streamId)) pipe.sendBytes(frame);
      };
      const stream = createOutgoingStream(streamId, source, send);
      open.set(streamId, stream);
      const end = (error?: unknown): void => {
        if (!open.has(streamId)) return;
        close(streamId);
        pipe.onEnd(streamId, error);
      };
      return { streamId, stream, end: (error) => stream.finish(() => end(error)), letGo: () => end() };
    },
    acknowledge: (streamId, bytes) => open.get(streamId)?.acknowledge(bytes),
    input: (streamId, bytes) => open.get(streamId)?.source.input?.(bytes),
    close,
    [Symbol.dispose]() {
      isClosed = true;
      for (const streamId of [...open.keys()]) close(streamId);
    },
  };
}
