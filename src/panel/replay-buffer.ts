const LINE_FEED = 0x0a;
const ESCAPE = 0x1b;

/** The newest bytes of a terminal, for whoever comes back to it. */
export interface ReplayBuffer {
  push(bytes: Uint8Array): void;
  /** A copy that begins where a terminal can begin to read: never within a character or an escape sequence. */
  read(): Uint8Array;
}

export function createReplayBuffer(limitBytes: number): ReplayBuffer {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isCut = false;
  return {
    push(bytes) {
      chunks.push(bytes);
      size += bytes.length;
      for (let first = chunks[0]; first !== undefined && size > limitBytes; first = chunks[0]) {
        const excess = size - limitBytes;
        isCut = true;
        if (first.length <= excess) chunks.shift();
        else chunks[0] = first.subarray(excess);
        size -= Math.min(excess, first.length);
      }
    },
    read() {
      const all = new Uint8Array(size);
      let at = 0;
      for (const chunk of chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      return isCut ? all.subarray(findBeginning(all)) : all;
    },
  };
}

/**
 * After the first line feed, or at the first escape: whatever was cut has ended there. Text that has neither begins with its
 * first whole character. Pure.
 */
function findBeginning(bytes: Uint8Array): number {
  const begins = bytes.findIndex((byte) => byte === LINE_FEED || byte === ESCAPE);
  if (begins >= 0) return bytes[begins] === LINE_FEED ? begins + 1 : begins;
  const whole = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return whole < 0 ? bytes.length : whole;
}

/** How many of the first `most` bytes end with a whole character. Pure. */
export function cutLength(bytes: Uint8Array, most: number): number {
  if (bytes.length <= most) return bytes.length;
  for (let back = 0; back < 4 && most - back > 0; back += 1) {
    // The byte after the cut begins a character.
    if (((bytes[most - back] ?? 0) & 0xc0) !== 0x80) return most - back;
  }
  return most;
}
