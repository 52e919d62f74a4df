import { duplexPair, PassThrough, type Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/app-error.ts';
import { formatCommand, formatShell, resolveArgv, type Command } from '../command.ts';
import type { Endpoint, Exit, Host, HostTraffic, Process, SpawnOptions } from '../host.ts';
import { abortError } from '../abort.ts';

/** How the machine of a script answers one command. */
export interface FakeReply {
  readonly stdout?: string | Buffer;
  readonly stderr?: string;
  /** Default 0. */
  readonly code?: number;
  /** Ended by this signal instead. */
  readonly signal?: string;
  readonly delayMs?: number;
  /** The connection breaks instead of an end; for good. */
  readonly losesConnection?: true;
  /** It never ends by itself: only by a signal. */
  readonly hangs?: true;
}

/** The text as a shell would be given it, or part of it by pattern, or any condition. */
export type FakeMatch = string | RegExp | ((command: Command) => boolean);
export type FakeAnswer = FakeReply | ((command: Command, input: Buffer) => FakeReply | Promise<FakeReply>);

/** A command that was run, and what it was given. */
export interface FakeCall {
  readonly command: Command;
  readonly text: string;
  /** Settles with the whole standard input. */
  readonly input: Promise<Buffer>;
}

/** A machine that answers what a test expects and refuses everything else. */
export interface FakeHost extends Host {
  readonly kind: 'fake';
  readonly calls: readonly FakeCall[];
  /** The latest rule that matches counts. A function as the answer is given the standard input once that has ended. */
  on(match: FakeMatch, answer: FakeAnswer): FakeHost;
  /** Something listens there: it is handed the machine's end of every connection. */
  listen(to: Endpoint, accept: (stream: Duplex) => void): FakeHost;
  /** The way to the machine breaks, now. */
  lose(reason?: AppError): void;
}

export function createFakeHost(name = 'fake'): FakeHost {
  return new ScriptedHost(name);
}

class ScriptedHost implements FakeHost {
  readonly name: string;
  readonly kind = 'fake';
  readonly calls: FakeCall[] = [];
  readonly #rules: { readonly matches: (command: Command, text: string) => boolean; readonly answer: FakeAnswer }[] =
    [];
  readonly #listeners = new Map<string, (stream: Duplex) => void>();
  readonly #closed = new AbortController();
  readonly #streams = new Set<Duplex>();
  #traffic: HostTraffic = { roundTrips: 0, changes: 0, slowCalls: 0 };

  constructor(name: string) {
    this.name = name;
  }

  get traffic(): HostTraffic {
    return this.#traffic;
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  on(match: FakeMatch, answer: FakeAnswer): this {
    const matches = (command: Command, text: string): boolean => {
      if (typeof match === 'function') return match(command);
      return typeof match === 'string' ? match === text : match.test(text);
    };
    this.#rules.unshift({ matches, answer });
    return this;
  }

  listen(to: Endpoint, accept: (stream: Duplex) => void): this {
    this.#listeners.set(formatEndpoint(to), accept);
    return this;
  }

  lose(reason = new AppError('host.connection-lost')): void {
    this.#closed.abort(reason);
    for (const stream of this.#streams) stream.destroy(reason);
  }

  spawn(command: Command, options: SpawnOptions = {}): Promise<Process> {
    try {
      return Promise.resolve(this.#start(command, options));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #start(command: Command, options: SpawnOptions): Process {
    this.closed.throwIfAborted();
    options.signal?.throwIfAborted();
    const text = formatShell(resolveArgv(command));
    const rule = this.#rules.find(({ matches }) => matches(command, text));
    if (rule === undefined) throw new Error(`The fake machine was not told about: ${formatCommand(command)}`);
    this.#traffic = {
      roundTrips: this.#traffic.roundTrips + 1,
      changes: this.#traffic.changes + (command.effect === 'change' ? 1 : 0),
      slowCalls: this.#traffic.slowCalls + (command.slow ? 1 : 0),
    };
    const run = startFakeRun(this.closed, options);
    this.calls.push({ command, text, input: run.input });
    void this.#answer(rule.answer, command, run);
    return run.process;
  }

  async #answer(answer: FakeAnswer, command: Command, run: FakeRun): Promise<void> {
    try {
      const reply = typeof answer === 'function' ? await answer(command, await run.input) : answer;
      if (reply.delayMs !== undefined) await sleep(reply.delayMs, undefined, { signal: run.over });
      if (reply.losesConnection === true) {
        this.lose();
        return;
      }
      run.say(reply.stdout ?? '', reply.stderr ?? '');
      if (reply.hangs === true) return;
      run.end(
        reply.signal === undefined ? { code: reply.code ?? 0, signal: null } : { code: null, signal: reply.signal },
      );
    } catch (error) {
      run.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  connect(to: Endpoint, options: { readonly signal?: AbortSignal } = {}): Promise<Duplex> {
    if (this.closed.aborted) return Promise.reject(abortError(this.closed));
    if (options.signal?.aborted === true) return Promise.reject(abortError(options.signal));
    this.#traffic = { ...this.#traffic, roundTrips: this.#traffic.roundTrips + 1 };
    const accept = this.#listeners.get(formatEndpoint(to));
    if (accept === undefined) return Promise.reject(new AppError('host.port-closed', { details: { ...to } }));
    const [ours, theirs] = duplexPair();
    for (const stream of [ours, theirs]) {
      stream.on('error', () => undefined);
      this.#streams.add(stream);
      stream.once('close', () => {
        this.#streams.delete(stream);
        (stream === ours ? theirs : ours).destroy();
      });
    }
    accept(theirs);
    return Promise.resolve(ours);
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.closed.aborted)
      this.lose(new AppError('host.connection-lost', { message: 'The fake machine was closed.' }));
    return Promise.resolve();
  }
}

function formatEndpoint(to: Endpoint): string {
  return 'port' in to ? `port ${String(to.port)}` : `socket ${to.socketPath}`;
}

interface FakeRun {
  readonly process: Process;
  readonly input: Promise<Buffer>;
  /** Aborted when it has ended in any way. */
  readonly over: AbortSignal;
  say(stdout: string | Buffer, stderr: string): void;
  end(exit: Exit): void;
  fail(error: Error): void;
}

function startFakeRun(closed: AbortSignal, { signal, terminal }: SpawnOptions): FakeRun {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
  const over = new AbortController();
  let settle: { readonly resolve: (exit: Exit) => void; readonly reject: (error: Error) => void } | undefined;
  const exit = new Promise<Exit>((resolve, reject) => {
    settle = { resolve, reject };
  });
  exit.catch(() => undefined);
  const finish = (): boolean => {
    if (over.signal.aborted) return false;
    over.abort();
    signal?.removeEventListener('abort', onAbort);
    closed.removeEventListener('abort', onLost);
    return true;
  };
  const fail = (error: Error): void => {
    if (!finish()) return;
    for (const stream of [stdin, stdout, stderr]) stream.destroy(error);
    settle?.reject(error);
  };
  const end = (ended: Exit): void => {
    if (!finish()) return;
    stdout.end();
    stderr.end();
    settle?.resolve(ended);
  };
  const onAbort = (): void => {
    if (signal !== undefined) fail(abortError(signal));
  };
  const onLost = (): void => fail(abortError(closed));
  signal?.addEventListener('abort', onAbort, { once: true });
  closed.addEventListener('abort', onLost, { once: true });
  const input = readAll(stdin);
  input.catch(() => undefined);
  return {
    input,
    over: over.signal,
    say: (out, err) => {
      if (over.signal.aborted) return;
      stdout.write(out);
      (terminal === undefined ? stderr : stdout).write(err);
    },
    end,
    fail,
    process: {
      stdin,
      stdout,
      stderr,
      exit,
      kill: (name) => end({ code: null, signal: name }),
      ...(terminal === undefined ? {} : { resize: () => undefined }),
    },
  };
}

async function readAll(stream: PassThrough): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
