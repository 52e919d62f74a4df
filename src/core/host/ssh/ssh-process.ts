import type { ClientChannel } from 'ssh2';
import { AppError } from '../../../shared/app-error.ts';
import type { Exit, Process } from '../host.ts';
import { abortError } from '../abort.ts';
import { endProcess } from '../process-ending.ts';
import type { SessionStart } from './session-leader.ts';
import { readChannel, writeChannel } from './ssh-channel.ts';
import { limitWindow } from './terminal-window.ts';

export interface SshProcess extends Process {
  /** Ends it and lets go of its streams; `exit` then rejects with the reason. */
  end(reason: Error): Promise<void>;
}

export interface SshProcessOptions {
  readonly signal: AbortSignal | undefined;
  /** Aborted when the connection is gone. */
  readonly closed: AbortSignal;
  readonly hasTerminal: boolean;
  readonly start: SessionStart;
  /** Runs something in another session of the connection; false where none could be had. */
  readonly runBeside: (text: string) => Promise<boolean>;
}

/** A command that runs in a session of an SSH connection. */
export function createSshProcess(channel: ClientChannel, options: SshProcessOptions): SshProcess {
  const { signal, closed } = options;
  const stdin = writeChannel(channel);
  const taken = options.hasTerminal ? limitWindow(channel) : undefined;
  const stdout = readChannel(channel, { taken });
  const stderr = readChannel(channel.stderr, { filter: options.start.filter, taken });
  // Who leads the session is learned before anybody reads what it says.
  channel.stderr.resume();
  channel.on('error', () => undefined);

  let said: Exit | undefined;
  let ending: { readonly reason: Error; readonly done: Promise<void> } | undefined;
  const exited = new Promise<void>((resolve) => {
    channel.once('exit', (code: number | null, name?: string) => {
      said = { code, signal: name ?? null };
      resolve();
    });
    channel.once('close', () => resolve());
  });
  let settled = false;
  let resolve: (exit: Exit) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const exit = new Promise<Exit>((onExit, onError) => {
    resolve = onExit;
    reject = onError;
  });
  exit.catch(() => undefined);

  const settle = (outcome: Exit | Error): void => {
    if (settled) return;
    settled = true;
    signal?.removeEventListener('abort', onAbort);
    closed.removeEventListener('abort', onLost);
    if (outcome instanceof Error) {
      for (const stream of [stdin, stdout, stderr]) stream.destroy(outcome);
      reject(outcome);
    } else resolve(outcome);
  };
  const kill = (name: string): void => {
    if (said !== undefined || settled) return;
    const text = options.start.buildKill(name);
    const asked = text === undefined ? Promise.resolve(false) : options.runBeside(text);
    void asked.then((isAsked) => {
      if (!isAsked && !settled) sendSignal(channel, name);
    });
  };
  const end = (reason: Error): Promise<void> => {
    if (settled) return Promise.resolve();
    const letGo = (): void => {
      channel.close();
      settle(reason);
    };
    // Whoever hangs up a terminal ends what runs in it.
    if (options.hasTerminal) {
      letGo();
      return Promise.resolve();
    }
    ending ??= { reason, done: endProcess({ kill, ended: exited, letGo }) };
    return ending.done;
  };
  const onAbort = (): void => {
    if (signal !== undefined) void end(abortError(signal));
  };
  const onLost = (): void => settle(ending?.reason ?? abortError(closed));

  channel.once('close', () => {
    if (ending !== undefined) settle(ending.reason);
    else if (closed.aborted) onLost();
    else
      settle(
        said ?? new AppError('host.connection-lost', { message: 'The server ended a command without saying how.' }),
      );
  });
  closed.addEventListener('abort', onLost, { once: true });
  if (closed.aborted) onLost();
  else if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  return {
    stdin,
    stdout,
    stderr,
    exit,
    kill,
    end,
    ...(options.hasTerminal ? { resize: ({ columns, rows }) => channel.setWindow(rows, columns, 0, 0) } : {}),
  };
}

/** The part of ssh2's channel that its types leave out. */
interface ChannelInside {
  readonly outgoing: { readonly id: number; readonly state: string };
  readonly _client: { readonly _protocol: { signal(channelId: number, name: string): void } };
}

/**
 * Asks the server to signal the process group of a session. The channel's own `signal` keeps silent once standard input
 * has ended, which it has for nearly every command; the protocol itself has no such rule.
 */
function sendSignal(channel: ClientChannel, name: string): void {
  const inside = channel as unknown as ChannelInside;
  if (inside.outgoing.state !== 'open' && inside.outgoing.state !== 'eof') return;
  inside._client._protocol.signal(inside.outgoing.id, name.replace(/^SIG/, ''));
}
