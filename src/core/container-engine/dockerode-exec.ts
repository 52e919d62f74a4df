import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecInspectInfo } from 'dockerode';
import { AppError } from '../../shared/app-error.ts';
import { abortError, raceAbort } from '../host/abort.ts';
import type { Exit, Process } from '../host/host.ts';
import type { EngineOptions, ExecSpec } from './container-engine.ts';
import type { EngineClient } from './engine-client.ts';
import { openExecProcess, type ExecSignal } from './exec-process.ts';

/** By this variable a process and what it has started are found again inside the container. */
const MARK = 'HARDSHELL_EXEC';

/** The process is not there (yet, or any more). */
const EXIT_NOBODY = 3;

/* The number that the engine tells of a process is of its own machine, so that it says nothing inside. */
const KILL = `met=${String(EXIT_NOBODY)}
for e in /proc/[0-9]*/environ; do
  { tr '\\0' '\\n' <"$e" | grep -qxF "${MARK}=$1"; } 2>/dev/null || continue
  p=\${e%/environ}; met=0; kill -s "$2" "\${p#/proc/}" 2>/dev/null
done
exit $met`;

/** An engine says that a process has started before it has its environment: for as long, a signal finds nobody. */
const KILL_PAUSE_MS = 50;
const KILL_ATTEMPTS = 100;

const DISPOSE_MS = 3_000;

/** Starts processes in containers, and remembers them for as long as they run. */
export class ExecStarter {
  readonly #client: EngineClient;
  readonly #running = new Set<() => Promise<void>>();
  readonly #closing = new AbortController();

  constructor(client: EngineClient) {
    this.#client = client;
  }

  async start(container: string, spec: ExecSpec, options: EngineOptions = {}): Promise<Process> {
    const mark = randomUUID();
    const isTerminal = spec.terminal !== undefined;
    const id = await this.#create(container, spec, mark, options);
    const subject = { what: 'exec', name: container } as const;
    const long = { ...options, effect: 'read', isLong: true } as const;
    const connection = await this.#client.call(subject, long, (abortSignal) =>
      this.#client.docker.getExec(id).start({ hijack: true, stdin: true, Tty: isTerminal, Detach: false, abortSignal }),
    );
    const kill = async (signal: ExecSignal): Promise<void> => {
      for (let attempt = 0; attempt < KILL_ATTEMPTS; attempt += 1) {
        if (await this.#kill(container, spec.user, mark, signal)) return;
        if (!(await this.#look(id, container)).Running) return;
        await wait(KILL_PAUSE_MS);
      }
    };
    const resize = ({ columns, rows }: { columns: number; rows: number }): void => {
      // A size that comes too late is nobody's loss: the process has ended.
      this.#client
        .call(subject, { effect: 'read' }, () => this.#client.docker.getExec(id).resize({ w: columns, h: rows }))
        .catch(() => undefined);
    };
    const started = openExecProcess(connection, {
      exit: () => this.#readExit(id, container),
      // Best effort, as the port says: `exit` tells whether it has ended.
      kill: (signal) => void kill(signal).catch(() => undefined),
      resize: isTerminal ? resize : undefined,
    });
    if (spec.terminal !== undefined) resize(spec.terminal);
    // What has ended already, or cannot be reached any more, leaves nothing to be done here.
    const end = (): Promise<void> => kill('SIGKILL').catch(() => undefined);
    const exit = raceAbort(started.exit, [options.signal, this.#closing.signal, this.#client.closed]);
    const onAbort = (): void => {
      void end();
      if (options.signal !== undefined) started.letGo(abortError(options.signal));
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted === true) onAbort();
    this.#running.add(end);
    const settled = (): void => {
      this.#running.delete(end);
      options.signal?.removeEventListener('abort', onAbort);
    };
    exit.then(settled, settled);
    return { ...started, exit };
  }

  /** Ends what still runs: nobody could read it any more. */
  async endAll(reason: Error): Promise<void> {
    // Whoever waits for one is told at once that it was not its own end.
    this.#closing.abort(reason);
    const ending = Promise.all([...this.#running].map((end) => end()));
    const enough = new AbortController();
    await Promise.race([ending, wait(DISPOSE_MS, undefined, { signal: enough.signal }).catch(() => undefined)]);
    enough.abort();
  }

  async #create(container: string, spec: ExecSpec, mark: string, options: EngineOptions): Promise<string> {
    const env = { ...spec.env, [MARK]: mark };
    const subject = { what: 'container', name: container } as const;
    const created = await this.#client.call(subject, { ...options, effect: 'read' }, (abortSignal) =>
      this.#client.docker.getContainer(encodeURIComponent(container)).exec({
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: spec.terminal !== undefined,
        Cmd: [...spec.argv],
        Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
        ...(spec.user === undefined ? {} : { User: spec.user }),
        ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
        abortSignal,
      }),
    );
    return created.id;
  }

  /** Its streams end a moment before the engine knows how it ended. */
  async #readExit(id: string, container: string): Promise<Exit> {
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      const look = await this.#look(id, container);
      if (!look.Running && look.ExitCode !== null) return { code: look.ExitCode, signal: null };
      await wait(pauseMs);
    }
  }

  async #look(id: string, container: string): Promise<ExecInspectInfo> {
    return this.#client.call({ what: 'exec', name: container }, { effect: 'read' }, (abortSignal) =>
      this.#client.docker.getExec(id).inspect({ abortSignal }),
    );
  }

  /** Resolves with false when nobody in the container has the mark. */
  async #kill(container: string, user: string | undefined, mark: string, signal: ExecSignal): Promise<boolean> {
    const killer: ExecSpec = {
      argv: ['sh', '-c', KILL, 'sh', mark, signal.replace(/^SIG/, '')],
      ...(user === undefined ? {} : { user }),
    };
    const id = await this.#create(container, killer, randomUUID(), {});
    const options = { effect: 'read' } as const;
    const connection = await this.#client.call({ what: 'exec', name: container }, options, (abortSignal) =>
      this.#client.docker.getExec(id).start({ hijack: true, stdin: true, Detach: false, abortSignal }),
    );
    connection.resume().end();
    await new Promise<void>((resolve) => connection.once('close', resolve).once('end', resolve));
    connection.destroy();
    const { code } = await this.#readExit(id, container);
    if (code === EXIT_NOBODY) return false;
    if (code !== 0) throw new AppError('engine.failed', { details: { what: 'exec', name: container, code } });
    return true;
  }
}
