import { FIRST_WINDOW_BYTES, HIGH_WATER_BYTES } from '../shared/contract/stream.ts';

/**
 * How old bytes may be when their reader has taken them: as old is what is shown last after a Ctrl-C. A page takes what has come
 * once a frame, so that much less would leave it waiting between two of them.
 */
const WANTED_AGE_MS = 60;

/** How much may be under way to one reader: what it takes in a moment, found out by how long it takes. */
export interface ReaderWindow {
  readonly bytes: number;
  sent(bytes: number): void;
  /** @param isShort there was more to send */
  taken(bytes: number, isShort: boolean): void;
}

export function createReaderWindow(now: () => number = () => performance.now()): ReaderWindow {
  const underWay: { bytes: number; readonly at: number }[] = [];
  let window = FIRST_WINDOW_BYTES;
  return {
    get bytes() {
      return window;
    },
    sent: (bytes) => void underWay.push({ bytes, at: now() }),
    taken(bytes, isShort) {
      let left = bytes;
      let sentAt: number | undefined;
      for (let first = underWay[0]; first !== undefined && left > 0; first = underWay[0]) {
        sentAt = first.at;
        const part = Math.min(left, first.bytes);
        left -= part;
        first.bytes -= part;
        if (first.bytes === 0) underWay.shift();
      }
      if (sentAt === undefined) return;
      const known = bytes - left;
      const age = now() - sentAt;
      if (age > WANTED_AGE_MS) window = Math.max(FIRST_WINDOW_BYTES, window - Math.ceil(known / 2));
      else if (isShort) window = Math.min(HIGH_WATER_BYTES, window + known);
    },
  };
}
