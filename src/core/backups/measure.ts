import { createHash } from 'node:crypto';

/** What has gone through. */
export interface Measure {
  /** Lets everything through, counted and hashed. */
  through(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  readonly bytes: number;
  /** Once, at the end. */
  sha256(): string;
}

export function createMeasure(onBytes?: (done: number) => void): Measure {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *through(source) {
      for await (const chunk of source) {
        hash.update(chunk);
        bytes += chunk.length;
        onBytes?.(bytes);
        yield chunk;
      }
    },
    get bytes() {
      return bytes;
    },
    sha256: () => hash.digest('hex'),
  };
}

/** Reads everything and says what it was. */
export async function measureAll(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onBytes?: (done: number) => void,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const measure = createMeasure(onBytes);
  await drain(measure.through(source));
  return { bytes: measure.bytes, sha256: measure.sha256() };
}

/** Reads to the end, for the sake of what is found out on the way. */
export async function drain(source: AsyncGenerator<Uint8Array>): Promise<void> {
  let next = await source.next();
  while (next.done !== true) next = await source.next();
}
