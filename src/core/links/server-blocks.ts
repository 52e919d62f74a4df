import { createInterface } from 'node:readline';
import { AppError } from '../../shared/app-error.ts';
import type { Command } from '../host/command.ts';
import type { Host } from '../host/host.ts';

/** A block has a few lines; what a machine says without end is none. */
const MAX_BLOCK_CHARACTERS = 64 * 1024;

/**
 * Runs a script that prints blocks of lines, each ended by a line of its own, until its standard input ends. It is ended when the
 * signal aborts. @throws AppError where it ends by itself, or the way to the machine breaks
 */
export async function readBlocks(
  host: Host,
  script: Command,
  end: string,
  onBlock: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const child = await host.spawn(script);
  child.stderr.resume();
  const stop = (): void => void child.stdin.end();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  let text = '';
  const lines = createInterface({ input: child.stdout });
  // It passes on the errors of what it reads; here `exit` tells them.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    if (line !== end) {
      text = `${text}${line}\n`.slice(-MAX_BLOCK_CHARACTERS);
      return;
    }
    const block = text;
    text = '';
    if (!signal.aborted) onBlock(block);
  });
  try {
    const { code } = await child.exit;
    if (signal.aborted) return;
    throw new AppError('command.failed', {
      message: 'The server does not say how busy it is.',
      details: { exitCode: code },
    });
  } finally {
    signal.removeEventListener('abort', stop);
    lines.close();
  }
}
