import { HIGH_WATER_BYTES, LOW_WATER_BYTES } from '../shared/contract/stream.ts';
import { formatFrame } from '../shared/contract/wire.ts';
import { cutLength } from './replay-buffer.ts';

/** Of one frame: a reader that is told of progress draws smoothly. */
const PIECE_BYTES = 32 * 1024;
/** What is left of the high water is not filled with crumbs. */
const SMALLEST_PIECE_BYTES = 4;

/** What a stream is fed by, and what hears its reader. */
export interface StreamSource {
  pause(): void;
  resume(): void;
  /** What the reader writes. Absent: it is only read. */
  input?(bytes: Uint8Array): void;
  /** The reader has gone away, or was let go. Called once. */
  close(): void;
}

/**
 * Bytes on their way to one reader. At most `HIGH_WATER_BYTES` are under way that it has not acknowledged; beyond that the
 * source is paused, so that what waits here is no more than one chunk of it (or what is replayed).
 */
export interface OutgoingStream {
  /** Bytes wait until `begin`: the reader has to hear the number of its stream first. */
  begin(): void;
  write(bytes: Uint8Array): void;
  acknowledge(bytes: number): void;
  /** No more will come; `then` is called when all of it is sent. */
  finish(then: () => void): void;
  readonly source: StreamSource;
  readonly unacknowledgedBytes: number;
}

export function createOutgoingStream(
  id: number,
  source: StreamSource,
  sendBytes: (frame: Uint8Array) => void,
): OutgoingStream {
  const waiting: Uint8Array[] = [];
  let unacknowledged = 0;
  let hasBegun = false;
  let isPaused = false;
  let finished: (() => void) | undefined;

  const flush = (): void => {
    if (!hasBegun) return;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const room = Math.min(PIECE_BYTES, HIGH_WATER_BYTES - unacknowledged);
      if (room < Math.min(SMALLEST_PIECE_BYTES, next.length)) break;
      const length = cutLength(next, room);
      sendBytes(formatFrame(id, next.subarray(0, length)));
      unacknowledged += length;
      if (length === next.length) waiting.shift();
      else waiting[0] = next.subarray(length);
    }
    if (waiting.length > 0) return;
    finished?.();
    finished = undefined;
  };
  const steer = (): void => {
    if (!isPaused && (waiting.length > 0 || unacknowledged >= HIGH_WATER_BYTES)) {
      isPaused = true;
      source.pause();
    } else if (isPaused && waiting.length === 0 && unacknowledged <= LOW_WATER_BYTES) {
      isPaused = false;
      source.resume();
    }
  };

  return {
    source,
    get unacknowledgedBytes() {
      return unacknowledged;
    },
    begin() {
      hasBegun = true;
      flush();
      steer();
    },
    write(bytes) {
      if (bytes.length === 0) return;
      waiting.push(bytes);
      flush();
      steer();
    },
    acknowledge(bytes) {
      unacknowledged = Math.max(0, unacknowledged - bytes);
      flush();
      steer();
    },
    finish(then) {
      finished = then;
      flush();
    },
  };
}
