import { once } from 'node:events';
import type { Readable } from 'node:stream';

export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function readLines(stream: Readable): { text: () => string; until: (part: string) => Promise<void> } {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    text: () => text,
    until: async (part) => {
      while (!text.includes(part)) await once(stream, 'data', { signal: AbortSignal.timeout(5000) });
    },
  };
}
