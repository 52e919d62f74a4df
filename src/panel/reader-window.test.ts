import { describe, expect, it } from 'vitest';
import { FIRST_WINDOW_BYTES, HIGH_WATER_BYTES } from '../shared/contract/stream.ts';
import { createReaderWindow } from './reader-window.ts';

/** A reader that takes so many bytes a millisecond, 20 ms after they were sent at the earliest; answers where the window ends up. */
function read(bytesPerMs: number): number {
  let time = 0;
  const window = createReaderWindow(() => time);
  const queue: { bytes: number; at: number }[] = [];
  let underWay = 0;
  for (; time < 3_000; time += 1) {
    while (underWay < window.bytes) {
      window.sent(8_192);
      queue.push({ bytes: 8_192, at: time });
      underWay += 8_192;
    }
    let room = bytesPerMs;
    for (let first = queue[0]; first !== undefined && room > 0 && time - first.at >= 20; first = queue[0]) {
      const part = Math.min(room, first.bytes);
      room -= part;
      first.bytes -= part;
      underWay -= part;
      window.taken(part, true);
      if (first.bytes === 0) queue.shift();
    }
  }
  return window.bytes;
}

describe('the window of a reader', () => {
  it('grows for one that is quick, so far that it never waits, and no further than the high water', () => {
    expect(read(8_000)).toBeGreaterThan(8_000 * 40);
    expect(read(8_000)).toBeLessThan(8_000 * 80);
    expect(read(1_000_000)).toBe(HIGH_WATER_BYTES);
  });

  it('stays as it began for one that is slow', () => {
    expect(read(500)).toBe(FIRST_WINDOW_BYTES);
  });

  it('does not grow by what was typed now and then', () => {
    const window = createReaderWindow();
    for (let line = 0; line < 100; line += 1) {
      window.sent(100_000);
      window.taken(100_000, false);
    }
    expect(window.bytes).toBe(FIRST_WINDOW_BYTES);
  });

  it('has room for whole bytes alone, however much was taken late', () => {
    let time = 0;
    const window = createReaderWindow(() => time);
    window.sent(HIGH_WATER_BYTES);
    window.taken(FIRST_WINDOW_BYTES, true);
    time = 1_000;
    window.taken(12_345, true);
    expect(window.bytes).toBe(2 * FIRST_WINDOW_BYTES - 6_173);
  });

  it('is not widened by acknowledging more than was sent', () => {
    const window = createReaderWindow();
    window.sent(10);
    window.taken(1e12, true);
    expect(window.bytes).toBe(FIRST_WINDOW_BYTES + 10);
  });
});
