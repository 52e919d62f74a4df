import { PassThrough, Writable } from 'node:stream';
import type { CliIo, Environment, InterruptSignal } from '../../src/cli/io.ts';

export interface FakeIo extends CliIo {
  /** What has been written, on the stream or on both in their order. */
  readonly written: { readonly out: string; readonly err: string; readonly both: string };
  /** Types at the terminal, or fills the pipe. */
  type(text: string): void;
  endInput(): void;
  interrupt(signal?: InterruptSignal): void;
  /** An error that nobody catches. */
  crash(error: unknown): void;
  resize(columns: number, rows?: number): void;
  /** Makes the reader of standard output go away. */
  closeOutput(): void;
  /** Resolves when the text has been written to either stream. */
  waitFor(text: string): Promise<void>;
  readonly rawMode: readonly boolean[];
  readonly plainOutput: readonly boolean[];
  /** Listeners that nobody has taken away. */
  readonly listeners: number;
}

export interface FakeIoOptions {
  readonly tty?: boolean | { readonly stdin?: boolean; readonly stdout?: boolean; readonly stderr?: boolean };
  readonly env?: Environment;
  readonly columns?: number;
  readonly rows?: number;
  readonly nowMs?: () => number;
  readonly cwd?: string;
}

export const NOW = '2026-09-20T12:00:00.000Z';

export function createFakeIo(options: FakeIoOptions = {}): FakeIo {
  const tty =
    typeof options.tty === 'boolean' || options.tty === undefined
      ? { stdin: options.tty, stdout: options.tty, stderr: options.tty }
      : options.tty;
  const written = { out: '', err: '', both: '' };
  const waiting = new Set<() => void>();
  let outputClosed = false;
  const stream = (name: 'out' | 'err'): Writable =>
    new Writable({
      decodeStrings: true,
      write(chunk: Buffer, _encoding, settle) {
        if (name === 'out' && outputClosed) {
          settle(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
          return;
        }
        const text = chunk.toString('utf8');
        written[name] += text;
        written.both += text;
        settle();
        for (const check of [...waiting]) check();
      },
    });
  const stdin = Object.assign(new PassThrough(), {
    setRawMode: (raw: boolean) => {
      rawMode.push(raw);
    },
  });
  const rawMode: boolean[] = [];
  const plainOutput: boolean[] = [];
  const size = { columns: options.columns ?? 80, rows: options.rows ?? 24 };
  const resized = new Set<() => void>();
  const crashed = new Set<(error: unknown) => void>();
  const interrupted = new Set<(signal: InterruptSignal) => void>();
  return {
    stdin,
    stdout: stream('out'),
    stderr: stream('err'),
    env: options.env ?? {},
    cwd: options.cwd ?? '/home/anna',
    platform: 'linux',
    isTty: { stdin: tty.stdin ?? false, stdout: tty.stdout ?? false, stderr: tty.stderr ?? false },
    columns: () => size.columns,
    rows: () => size.rows,
    onResize: (listener) => {
      resized.add(listener);
      return () => resized.delete(listener);
    },
    onSignal: (listener) => {
      interrupted.add(listener);
      return () => interrupted.delete(listener);
    },
    onCrash: (listener) => {
      crashed.add(listener);
      return () => crashed.delete(listener);
    },
    crash: (error) => {
      for (const listener of [...crashed]) listener(error);
    },
    nowMs: options.nowMs ?? (() => Date.parse(NOW)),
    setPlainOutput: (plain) => {
      plainOutput.push(plain);
    },
    written,
    rawMode,
    plainOutput,
    type: (text) => stdin.write(text),
    endInput: () => stdin.end(),
    interrupt: (signal = 'SIGINT') => {
      for (const listener of [...interrupted]) listener(signal);
    },
    resize: (columns, rows = size.rows) => {
      Object.assign(size, { columns, rows });
      for (const listener of [...resized]) listener();
    },
    closeOutput: () => {
      outputClosed = true;
    },
    waitFor: (text) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!written.both.includes(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    get listeners() {
      return resized.size + interrupted.size + crashed.size;
    },
  };
}
