import { formatFrame } from '../shared/contract/wire.ts';
import { createReaderWindow } from './reader-window.ts';
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
 * Bytes on their way to one reader. No more are under way unacknowledged than its window has room for; beyond that the source is
 * paused until it is half empty, so that what waits here is no more than one chunk of it (or what is replayed).
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
  const window = createReaderWindow();
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let unacknowledged = 0;
  let hasBegun = false;
  let isPaused = false;
  let finished: (() => void) | undefined;
  let turn: NodeJS.Immediate | undefined;

  /** The first bytes that wait, joined: a terminal speaks in crumbs, and each frame costs its reader as much as a large one. */
  const takePiece = (most: number): Uint8Array => {
    let [count, bytes] = [0, 0];
    for (; count < waiting.length && bytes < most; count += 1) bytes += waiting[count]?.length ?? 0;
    const [first = new Uint8Array()] = waiting;
    const joined = count === 1 ? first : Buffer.concat(waiting.slice(0, count), bytes);
    const length = cutLength(joined, most);
    waiting.splice(0, count, ...(length < bytes ? [joined.subarray(length)] : []));
    waitingBytes -= length;
    return joined.subarray(0, length);
  };
  const flush = (): void => {
    clearImmediate(turn);
    turn = undefined;
    if (!hasBegun) return;
    while (waitingBytes > 0) {
      const room = Math.min(PIECE_BYTES, window.bytes - unacknowledged);
      if (room < Math.min(SMALLEST_PIECE_BYTES, waitingBytes)) break;
      const piece = takePiece(room);
      sendBytes(formatFrame(id, piece));
      window.sent(piece.length);
      unacknowledged += piece.length;
    }
    if (waitingBytes > 0) return;
    finished?.();
    finished = undefined;
  };
  const steer = (): void => {
    if (!isPaused && waitingBytes + unacknowledged >= window.bytes) {
      isPaused = true;
      source.pause();
    } else if (isPaused && waitingBytes === 0 && unacknowledged <= window.bytes / 2) {
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
      waitingBytes += bytes.length;
      // what else comes in this turn goes with it
      turn ??= setImmediate(() => {
        flush();
        steer();
      });
      steer();
    },
    acknowledge(bytes) {
      window.taken(bytes, isPaused);
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
