import { PassThrough } from 'node:stream';
import type { Process } from '../../src/core/index.ts';

/** A process of which the test holds the other ends. */
export function createFakeProcess(): {
  readonly process: Process;
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  readonly killed: readonly string[];
  readonly sizes: readonly unknown[];
  end(code: number | null, signal?: string): void;
} {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const killed: string[] = [];
  const sizes: unknown[] = [];
  let settle: (exit: { code: number | null; signal: string | null }) => void = () => undefined;
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    settle = resolve;
  });
  return {
    process: {
      stdin,
      stdout,
      stderr,
      exit,
      kill: (signal) => void killed.push(signal),
      resize: (size) => void sizes.push(size),
    },
    stdin,
    stdout,
    stderr,
    killed,
    sizes,
    end: (code, signal) => {
      stdout.end();
      stderr.end();
      settle({ code, signal: signal ?? null });
    },
  };
}
