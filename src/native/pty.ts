import { constants } from 'node:os';
import { Readable, Writable } from 'node:stream';
import type { Exit, OpenPty, ShellSession } from '../core/index.ts';
import { AppError } from '../shared/app-error.ts';
import { loadNative } from './load-native.ts';

/** A shell that does not end when it is hung up is ended after this. */
const HANG_UP_GRACE_MS = 1_000;
/** How often a program that is held back is looked at: 200 ms after its end node-pty throws away what nobody has read. */
const LOOK_MS = 40;

/** What we use of node-pty. It is an optional dependency, so that its types may be missing as well. */
interface NodePty {
  spawn(
    file: string,
    args: string[],
    options: {
      readonly name: string;
      readonly cols: number;
      readonly rows: number;
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      /** Null: bytes as they are, so that no character is cut in two. */
      readonly encoding: null;
    },
  ): Pty;
}

interface Pty {
  readonly pid: number;
  onData(listener: (bytes: Buffer) => void): unknown;
  onExit(listener: (exit: { readonly exitCode: number; readonly signal?: number }) => void): unknown;
  write(bytes: Buffer): void;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
  kill(signal?: string): void;
}

/** Terminals of this computer. Undefined where the native module was not installed or does not load. */
export async function loadOpenPty(load = (): Promise<NodePty> => loadNative('node-pty')): Promise<OpenPty | undefined> {
  try {
    return createOpenPty(await load());
  } catch {
    return undefined;
  }
}

/*
 * node-pty tells the terminal that it carries UTF-8 only where it decodes the bytes itself; without it, the erase key takes
 * half a character where no editor of lines is at work.
 */
const TELL_UTF8 = 'stty iutf8 2>/dev/null; exec "$@"';

function createOpenPty(nodePty: NodePty): OpenPty {
  return ({ argv, env, cwd, size }) => {
    const isWindows = process.platform === 'win32';
    const [file, ...args] = isWindows ? argv : (['/bin/sh', '-c', TELL_UTF8, 'sh', ...argv] as const);
    const options = { name: 'xterm-256color', cols: size.columns, rows: size.rows, cwd, env, encoding: null };
    return new Promise((resolve, reject) => {
      try {
        resolve(followPty(nodePty.spawn(file, args, options), isWindows));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        reject(new AppError('shell.unavailable', { details: { program: argv[0], reason }, cause }));
      }
    });
  };
}

function followPty(pty: Pty, isWindows: boolean): ShellSession {
  let hasEnded = false;
  let looking: NodeJS.Timeout | undefined;
  const goOn = (): void => {
    clearInterval(looking);
    looking = undefined;
    pty.resume();
  };
  const holdBack = (): void => {
    if (!isAlive(pty.pid)) return;
    pty.pause();
    // What is left of one that has ended is no more than the terminal holds: it is read, and waits in `output`.
    looking ??= setInterval(() => {
      if (!isAlive(pty.pid)) goOn();
    }, LOOK_MS);
  };
  const output = new Readable({ read: goOn });
  const input = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      if (!hasEnded) pty.write(bytes);
      done();
    },
  });
  for (const stream of [output, input]) stream.on('error', () => undefined);
  pty.onData((bytes) => {
    if (!output.destroyed && !output.push(bytes)) holdBack();
  });
  const ended = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      hasEnded = true;
      clearInterval(looking);
      if (!output.destroyed) output.push(null);
      input.destroy();
      resolve(
        signal === undefined || signal === 0
          ? { code: exitCode, signal: null }
          : { code: null, signal: nameOf(signal) },
      );
    });
  });
  const kill = (signal: string): void => {
    // Windows knows one way to end a program.
    if (!hasEnded) pty.kill(isWindows ? undefined : signal);
  };
  return {
    output,
    input,
    ended,
    resize({ columns, rows }) {
      try {
        if (!hasEnded) pty.resize(columns, rows);
      } catch {
        // The terminal is closed a moment before its end is told; a size that it did not take is the least of it then.
      }
    },
    async [Symbol.asyncDispose]() {
      output.destroy();
      // What nobody reads any more must not hold up its end.
      goOn();
      kill('SIGHUP');
      const timer = setTimeout(() => kill('SIGKILL'), HANG_UP_GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One that has become another account's may not be asked, and lives.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** `SIGKILL` for 9. Pure. */
function nameOf(signal: number): string {
  const known = Object.entries(constants.signals).find(([, number]) => number === signal);
  return known?.[0] ?? String(signal);
}
