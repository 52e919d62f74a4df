import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { MAX_LINE_BYTES } from './protocol.ts';

/** Calls back with every line that arrives; a peer that sends an endless one is cut off. */
export function onLines(socket: Socket, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
    if (rest.length > MAX_LINE_BYTES) socket.destroy(new Error('A line without an end arrived.'));
  });
}

/** The value of a line; undefined where it is no JSON. Pure. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
