import { randomBytes } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { InstanceLink, ShellSession, TerminalSize } from '../core/index.ts';
import { AppError } from '../shared/app-error.ts';
import { REPLAY_BYTES, shellIdSchema, type ShellId, type ShellView } from '../shared/contract/stream.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import { createReplayBuffer, type ReplayBuffer } from './replay-buffer.ts';
import type { OpenedStream, Streams } from './streams.ts';

const MOST_SHELLS = 64;
/** What is typed or pasted faster than the machine takes it. Beyond that the shell is stuck, and typing goes nowhere. */
const MOST_INPUT_BYTES = 8 * 1024 * 1024;

interface OpenShell {
  readonly view: ShellView;
  readonly session: ShellSession;
  readonly replay: ReplayBuffer;
  reader: OpenedStream | undefined;
  readonly close: () => Promise<void>;
}

/** The shells of this door. They outlive the session that opened them: a reload finds them again. */
export interface Shells extends AsyncDisposable {
  list(instanceId: InstanceId): ShellView[];
  open(instance: Instance, size: TerminalSize): Promise<ShellView>;
  /** What was kept comes first. Whoever read it before is let go. @throws AppError `usage.invalid` where there is none */
  attach(shellId: ShellId, size: TerminalSize, streams: Streams): { opened: OpenedStream; replayBytes: number };
  resize(shellId: ShellId, size: TerminalSize): void;
  /** Fine where there is none. */
  close(shellId: ShellId): Promise<void>;
}

interface ShellsDeps {
  readonly link: (id: InstanceId) => Promise<InstanceLink>;
  readonly titleOf: (instance: Instance) => string;
  readonly onListChange: () => void;
}

export function createShells(deps: ShellsDeps): Shells {
  const shells = new Map<ShellId, OpenShell>();
  let opening = 0;

  const find = (shellId: ShellId): OpenShell => {
    const shell = shells.get(shellId);
    if (shell === undefined)
      throw new AppError('usage.invalid', { message: 'That shell has ended.', hint: 'Open another one.' });
    return shell;
  };

  const openOver = async (link: InstanceLink, instance: Instance, size: TerminalSize): Promise<OpenShell> => {
    const session = await link.openShell(size);
    const view: ShellView = {
      shellId: shellIdSchema.parse(`s-${randomBytes(8).toString('hex')}`),
      instanceId: instance.id,
      title: deps.titleOf(instance),
      openedAt: new Date().toISOString(),
    };
    let closing: Promise<void> | undefined;
    const endAndRelease = async (): Promise<void> => {
      try {
        await session[Symbol.asyncDispose]();
      } finally {
        // Nobody reads what a shell that has ended already still had to say.
        session.output.destroy();
        await link[Symbol.asyncDispose]();
      }
    };
    const shell: OpenShell = {
      view,
      session,
      replay: createReplayBuffer(REPLAY_BYTES),
      reader: undefined,
      // Closing ends the shell, and its end closes it: once is enough.
      close: () => (closing ??= endAndRelease()),
    };
    session.output.on('data', (chunk: Buffer) => {
      shell.replay.push(chunk);
      shell.reader?.stream.write(chunk);
    });
    // Either of them breaks with the way to the machine, and `ended` says why.
    session.output.on('error', () => undefined);
    session.input.on('error', () => undefined);
    return shell;
  };

  const forgetAtEnd = async (shell: OpenShell): Promise<void> => {
    let failure: unknown;
    try {
      await shell.session.ended;
    } catch (error) {
      failure = error;
    }
    // What a reader has held back is still to be read; an output that breaks has nothing left, and `failure` says why.
    await finished(shell.session.output).catch(() => undefined);
    if (shells.delete(shell.view.shellId)) deps.onListChange();
    shell.reader?.end(failure);
    // It is over: what cannot be given back any more is gone with the way to the machine.
    await shell.close().catch(() => undefined);
  };

  return {
    list: (instanceId) => [...shells.values()].map(({ view }) => view).filter((view) => view.instanceId === instanceId),
    async open(instance, size) {
      if (shells.size + opening >= MOST_SHELLS)
        throw new AppError('usage.invalid', { message: `${MOST_SHELLS} shells are open already.`, hint: 'Close one.' });
      opening += 1;
      try {
        const link = await deps.link(instance.id);
        let shell: OpenShell;
        try {
          shell = await openOver(link, instance, size);
        } catch (error) {
          await link[Symbol.asyncDispose]();
          throw error;
        }
        shells.set(shell.view.shellId, shell);
        void forgetAtEnd(shell);
        deps.onListChange();
        return shell.view;
      } finally {
        opening -= 1;
      }
    },
    attach(shellId, size, streams) {
      const shell = find(shellId);
      const { output, input } = shell.session;
      const opened = streams.open({
        pause: () => output.pause(),
        resume: () => output.resume(),
        input(bytes) {
          if (!input.writable) return;
          if (input.writableLength + bytes.length <= MOST_INPUT_BYTES) input.write(Buffer.from(bytes));
          else opened.end(new AppError('usage.invalid', { message: 'The shell does not take what is typed.' }));
        },
        close() {
          if (shell.reader !== opened) return;
          shell.reader = undefined;
          // Without a reader the shell goes on; the newest of what it says is kept.
          output.resume();
        },
      });
      const before = shell.reader;
      shell.reader = opened;
      before?.letGo();
      output.resume();
      shell.session.resize(size);
      const kept = shell.replay.read();
      opened.stream.write(kept);
      return { opened, replayBytes: kept.length };
    },
    resize: (shellId, size) => find(shellId).session.resize(size),
    async close(shellId) {
      await shells.get(shellId)?.close();
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...shells.values()].map((shell) => shell.close()));
    },
  };
}
