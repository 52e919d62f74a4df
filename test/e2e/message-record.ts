import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseFrame } from '../../src/shared/contract/wire.ts';

/** To be loaded before the program, with HARDSHELL_TEST_MESSAGES naming a file. */
export const recordMessages = fileURLToPath(new URL('record-messages.cjs', import.meta.url));

interface Line {
  /** How it was said: `send`, `post`, `reply` or `port`. */
  readonly way: string;
  readonly said: readonly unknown[];
}

export interface MessageRecord {
  /** What was said in objects, one text a message. */
  readonly messages: readonly string[];
  /** What was said in bytes, all frames of one stream after each other: a word may be cut in two by frames. */
  readonly bytes: string;
}

/** Everything that the main process has said to pages so far. */
export async function readMessages(file: string): Promise<MessageRecord> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // The last line may be half of one: whoever writes may have been killed, or is writing.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const messages: string[] = [];
  const streams = new Map<number, string>();
  for (const line of lines.filter((one) => one !== '')) {
    const { said } = JSON.parse(line) as Line;
    const [, message] = said;
    const frame =
      typeof message === 'object' && message !== null && 'bytes' in message
        ? parseFrame(Buffer.from(String(message.bytes), 'latin1'))
        : undefined;
    if (frame === undefined) messages.push(line);
    else streams.set(frame.stream, (streams.get(frame.stream) ?? '') + Buffer.from(frame.bytes).toString('latin1'));
  }
  return { messages, bytes: [...streams.values()].join('\n') };
}
