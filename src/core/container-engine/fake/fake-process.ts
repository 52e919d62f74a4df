import { PassThrough, Writable } from 'node:stream';
import { abortError, raceAbort } from '../../host/abort.ts';
import type { Process } from '../../host/host.ts';
import type { ExecSpec } from '../container-engine.ts';
import type { ContainerLook } from '../container.ts';

export interface FakeOutcome {
  readonly stdout?: string;
  readonly stderr?: string;
  /** Default 0. */
  readonly code?: number;
}

/** What a test says that a program does. `input` is all of its standard input, once that has ended. */
export type FakeExec = (
  spec: ExecSpec,
  about: { readonly container: ContainerLook; readonly input: Promise<string>; readonly killed: AbortSignal },
) => FakeOutcome | Promise<FakeOutcome>;

const SIGTERM_CODE = 143;

/** @param lives what the process cannot outlive: its container, the way to it */
export function startFakeProcess(
  exec: FakeExec,
  container: ContainerLook,
  spec: ExecSpec,
  lives: readonly AbortSignal[],
  signal: AbortSignal | undefined,
): Process {
  const killed = new AbortController();
  const chunks: Buffer[] = [];
  let hasInput: (text: string) => void = () => undefined;
  const input = new Promise<string>((resolve) => (hasInput = resolve));
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
    final: (done) => {
      hasInput(Buffer.concat(chunks).toString());
      done();
    },
  });
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const run = async (): Promise<{ code: number; signal: null }> => {
    const work = Promise.resolve(exec(spec, { container, input, killed: killed.signal }));
    const outcome = await raceAbort(work, [killed.signal, ...lives]).catch((error: unknown): FakeOutcome => {
      if (killed.signal.aborted || lives[0]?.aborted === true) return { code: SIGTERM_CODE };
      throw error;
    });
    stdout.end(outcome.stdout ?? '');
    stderr.end(outcome.stderr ?? '');
    return { code: outcome.code ?? 0, signal: null };
  };
  const exit = raceAbort(run(), [signal]);
  exit.catch((error: unknown) => {
    const reason = signal?.aborted === true ? abortError(signal) : error;
    for (const stream of [stdout, stderr]) {
      stream.on('error', () => undefined);
      stream.destroy(reason instanceof Error ? reason : undefined);
    }
  });
  return {
    stdin,
    stdout,
    stderr,
    exit,
    kill: () => {
      killed.abort();
    },
    ...(spec.terminal === undefined ? {} : { resize: () => undefined }),
  };
}
