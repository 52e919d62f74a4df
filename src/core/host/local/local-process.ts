import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/app-error.ts';
import { signalGroup, type GroupSignal } from '../../system/process-group.ts';
import { formatCommand, resolveArgv, type Command } from '../command.ts';
import type { Exit, Process } from '../host.ts';
import { abortError } from '../abort.ts';
import { endProcess, MOST_ENDING_MS } from '../process-ending.ts';

const GROUP_POLL_MS = 20;

export interface LocalProcess extends Process {
  /** Settles when it has ended and its streams are closed; never rejects. */
  readonly ended: Promise<void>;
  /** Ends it and lets go of its streams; `exit` then rejects with the reason. */
  end(reason: Error): Promise<void>;
}

export interface LocalSpawnOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal | undefined;
  readonly platform: NodeJS.Platform;
}

/** What a shell answers when it cannot start a program: the same answer as over SSH, where there is always a shell. */
const NOT_STARTABLE: Readonly<Record<string, { readonly code: number; readonly says: string }>> = {
  ENOENT: { code: 127, says: 'not found' },
  ENOTDIR: { code: 127, says: 'not found' },
  EACCES: { code: 126, says: 'cannot be executed' },
};

/** Starts a command without a shell, as the leader of a process group of its own. */
export async function spawnLocal(command: Command, options: LocalSpawnOptions): Promise<LocalProcess> {
  const [program, ...args] = resolveArgv(command);
  try {
    const child = spawn(program, args, {
      cwd: options.directory,
      ...(options.env === undefined ? {} : { env: options.env }),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: options.platform !== 'win32',
      windowsHide: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return follow(child, options);
  } catch (error) {
    const answer = error instanceof Error && 'code' in error ? NOT_STARTABLE[String(error.code)] : undefined;
    if (answer !== undefined) return createAnswer(answer.code, `${program}: ${answer.says}\n`);
    throw new AppError('command.failed', {
      message: 'A command could not be started.',
      details: { command: formatCommand(command), reason: error instanceof Error ? error.message : String(error) },
      cause: error,
    });
  }
}

function follow(
  child: ChildProcessWithoutNullStreams,
  { signal, platform }: Pick<LocalSpawnOptions, 'signal' | 'platform'>,
): LocalProcess {
  let ending: { readonly reason: Error; readonly done: Promise<void> } | undefined;
  let closed = false;
  // Whoever reads or writes the streams meets their errors there; nobody else has to.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
  child.on('error', () => undefined);

  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('close', (code, name) => {
      closed = true;
      signal?.removeEventListener('abort', onAbort);
      if (ending === undefined) resolve({ code, signal: name });
      else reject(ending.reason);
    });
  });
  const ended = exit.then(
    () => undefined,
    () => undefined,
  );

  const isWindows = platform === 'win32';
  const kill = (name: GroupSignal): void => {
    // The group outlives its leader while a member holds the streams; after that its id may be somebody else's. Windows finds the
    // others by their leader alone, and its id is free when that has ended.
    const isGone = closed || (isWindows && (child.exitCode ?? child.signalCode) !== null);
    if (isGone || child.pid === undefined) return;
    signalGroup(child.pid, name, platform).then(
      (isDone) => {
        if (!isDone && isWindows) child.kill(name);
      },
      // It ended a moment ago.
      () => undefined,
    );
  };
  const end = (reason: Error): Promise<void> => {
    if (closed) return Promise.resolve();
    ending ??= {
      reason,
      done: endProcess({
        kill,
        ended: Promise.race([ended, exited.then(() => waitForGroup(child.pid, platform, () => closed))]),
        letGo: () => {
          for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy(reason);
        },
      }).then(() => ended),
    };
    return ending.done;
  };
  const onAbort = (): void => {
    if (signal !== undefined) void end(abortError(signal));
  };
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exit, ended, kill, end };
}

/** Settles when no member of the group is left, or when nobody waits for it any more. */
async function waitForGroup(
  groupId: number | undefined,
  platform: NodeJS.Platform,
  isOver: () => boolean,
): Promise<void> {
  if (groupId === undefined || platform === 'win32') return;
  const untilMs = performance.now() + MOST_ENDING_MS;
  while (!isOver() && performance.now() < untilMs) {
    try {
      process.kill(-groupId, 0);
    } catch {
      return;
    }
    await sleep(GROUP_POLL_MS);
  }
}

/** A process that never was: it answers and has ended. */
function createAnswer(code: number, says: string): LocalProcess {
  return {
    stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stdout: Readable.from([]),
    stderr: Readable.from([Buffer.from(says)]),
    exit: Promise.resolve({ code, signal: null }),
    ended: Promise.resolve(),
    kill: () => undefined,
    end: () => Promise.resolve(),
  };
}
