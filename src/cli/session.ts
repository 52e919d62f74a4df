import { AppError, toAppError } from '../shared/app-error.ts';
import type { Core } from '../core/index.ts';
import type { BrowserDoor } from '../server/index.ts';
import type { CliIo, Environment, InterruptSignal, LogEntry, Product } from './io.ts';
import { formatJsonLine, type JsonLine } from './json-lines.ts';
import { bold, dim, yellow } from './output/line.ts';
import { marksOf } from './output/look.ts';
import { openScreen, type Screen } from './output/screen.ts';
import { createPrompter, type Prompter } from './prompt.ts';
import { parseSettings, type LogLevel } from '../native/settings.ts';
import { texts } from './text.ts';

/** What an interrupt does in place of cancelling: for commands that a person ends that way. */
export type OnInterrupt = (signal: InterruptSignal) => void;

/** One call of the command line. */
export interface Session extends AsyncDisposable {
  readonly io: CliIo;
  readonly json: boolean;
  readonly screen: Screen;
  /** Aborted by the first interrupt, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Resolves at the second interrupt: the process is to end at once. */
  readonly abandoned: Promise<void>;
  /** Rejects with an error that nobody caught. */
  readonly crashed: Promise<never>;
  /** Whether standard output was closed by its reader. */
  readonly outputClosed: boolean;
  /** Whether a run was started: what ends early is then not done, however it ends. */
  readonly runBegun: boolean;
  beginRun(): void;
  /** Whether there is a person to ask. */
  canAsk(): boolean;
  readonly prompter: Prompter;
  /** Standard input belongs to something else from now on: nobody can be asked. */
  claimInput(): void;
  /** The product, opened by the first call. @param said what stands in for variables of the environment */
  core(said?: Environment): Promise<Core>;
  /** The interface for a browser, until the call ends. */
  openDoor(options: { readonly port?: number }): Promise<BrowserDoor>;
  /** Writes a line of `--json`; does nothing without it. */
  emit(line: JsonLine): void;
  /** Returns what gives interrupts their usual meaning back. */
  handleInterrupts(handle: OnInterrupt): () => void;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
/** Core closes connections when it is disposed; a server that does not answer holds nobody up for longer. */
const CLOSE_TIMEOUT_MS = 5000;

export function openSession(io: CliIo, json: boolean, product: Product): Session {
  const screen = openScreen(io);
  const controller = new AbortController();
  let opened: Promise<Core> | undefined;
  let door: BrowserDoor | undefined;
  let inputClaimed = false;
  let runBegun = false;
  let outputClosed = false;
  let interrupts = 0;
  let special: OnInterrupt | undefined;
  let abandon: () => void = () => undefined;
  const abandoned = new Promise<void>((resolve) => {
    abandon = resolve;
  });

  let crash: (error: unknown) => void = () => undefined;
  const crashed = new Promise<never>((_, reject) => {
    crash = reject;
  });
  // It is raced against the command; a crash after that has nobody left to tell.
  crashed.catch(() => undefined);

  const interrupt = (signal: InterruptSignal): void => {
    interrupts += 1;
    if (interrupts > 1) {
      screen[Symbol.dispose]();
      abandon();
    } else if (special !== undefined) special(signal);
    else {
      if (!json) screen.err.print([yellow(marksOf(screen.err.look).warn), ` ${texts.cancelling}`]);
      controller.abort(new AppError('run.cancelled'));
    }
  };
  const closeOutput = (): void => {
    outputClosed = true;
    controller.abort(new AppError('run.cancelled'));
  };
  const ignore = (): void => undefined;
  const forgetSignals = io.onSignal(interrupt);
  const forgetCrashes = io.onCrash((error) => {
    screen[Symbol.dispose]();
    crash(error);
  });
  io.stdout.on('error', closeOutput);
  io.stderr.on('error', ignore);

  const logFrom = (level: LogLevel | undefined): LogEntry => {
    if (level !== undefined) {
      return (entry) => {
        if (LEVELS.indexOf(entry.level) >= LEVELS.indexOf(level)) screen.err.print([JSON.stringify(entry)]);
      };
    }
    return ({ level: at, message, details = {} }) => {
      if (!json && (at === 'warn' || at === 'error'))
        screen.err.print([yellow(marksOf(screen.err.look).warn), ' ', bold(message), dim(gistOf(details))]);
    };
  };

  return {
    io,
    json,
    screen,
    signal: controller.signal,
    abandoned,
    crashed,
    get outputClosed() {
      return outputClosed;
    },
    get runBegun() {
      return runBegun;
    },
    beginRun: () => {
      runBegun = true;
    },
    canAsk: () => !json && !inputClaimed && io.isTty.stdin && io.isTty.stderr,
    prompter: createPrompter(io.stdin),
    claimInput: () => {
      inputClaimed = true;
    },
    core: (said = {}) => {
      opened ??= (async () => {
        const settings = parseSettings({ ...io.env, ...said }, io.platform);
        return await product.openCore(settings, logFrom(settings.logLevel));
      })();
      return opened;
    },
    openDoor: async (options) => {
      const settings = parseSettings(io.env, io.platform);
      door = await product.openDoor(settings, logFrom(settings.logLevel), options);
      return door;
    },
    emit: (line) => {
      if (json && !outputClosed) io.stdout.write(`${formatJsonLine(line)}\n`);
    },
    handleInterrupts: (handle) => {
      special = handle;
      return () => {
        special = undefined;
      };
    },
    [Symbol.asyncDispose]: async () => {
      try {
        if (door !== undefined) await withinLimit(door[Symbol.asyncDispose]());
        // A core that did not open has been said already, and has nothing to close.
        const core = await opened?.catch(() => undefined);
        if (core !== undefined) await withinLimit(core[Symbol.asyncDispose]());
      } finally {
        screen[Symbol.dispose]();
        forgetSignals();
        forgetCrashes();
      }
    },
  };
}

/** What of the details fits behind a sentence: paths and names. */
function gistOf(details: Readonly<Record<string, unknown>>): string {
  const texts = Object.values(details).filter((value) => typeof value === 'string');
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

async function withinLimit(closing: PromiseLike<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
  });
  try {
    await Promise.race([closing, limit]);
  } catch (error) {
    throw toAppError(error);
  } finally {
    clearTimeout(timer);
  }
}
