import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Longer than anything an engine says in one line; what is longer is not held in memory but cut off. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;

/** The values of a stream that holds one a line. Whoever stops in the middle has ended the stream. */
export async function* readJsonLines(stream: AsyncIterable<unknown>): AsyncGenerator<unknown, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS);
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
  }
  if (rest.trim() !== '') yield JSON.parse(rest);
}

/**
 * Hands on each value until the stream ends, the signal aborts or `onLine` says that it is enough, and ends the stream in any
 * case. Throws the signal's reason, also where the stream had merely ended by then.
 */
export async function followJsonLines(
  stream: Readable,
  signal: AbortSignal | undefined,
  onLine: (line: unknown) => 'enough' | undefined,
): Promise<void> {
  const onAbort = (): void => {
    stream.destroy();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    for await (const line of readJsonLines(stream)) {
      if (onLine(line) === 'enough') return;
      signal?.throwIfAborted();
    }
    signal?.throwIfAborted();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}
