import { Command } from 'commander';
import { constants } from 'node:os';
import type { Process, SpawnOptions } from '../../core/index.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import type { CliIo } from '../io.ts';
import { writeWaiting } from '../output/screen.ts';
import type { Session } from '../session.ts';
import { parseName, usageError, type Bind, type Outcome } from './command.ts';

export function execCommand(bind: Bind): Command {
  return new Command('exec')
    .summary('run a command where an instance lives')
    .description(
      'Runs a command where an instance lives, as the account that OpenClaw runs as, with node and openclaw on its PATH. Ends with the exit code of the command.',
    )
    .argument('<name>', 'name of the instance', parseName)
    .argument('<command...>', 'the command and its arguments, after --')
    .usage('<name> -- <command...>')
    .passThroughOptions()
    .action(bind(execute));
}

async function execute(session: Session, name: string, words: readonly string[]): Promise<Outcome> {
  const [program, ...rest] = words[0] === '--' ? words.slice(1) : words;
  if (program === undefined)
    throw usageError('There is no command to run.', 'For example: hardshell exec NAME -- openclaw status');
  const { io } = session;
  const core = await session.core();
  const { target } = await findInstance(core, name);
  // A terminal of its own is something that sshd and engines give; on this computer there is this one, and the command gets pipes.
  const onTerminal = target.kind !== 'local' && io.isTty.stdin && io.isTty.stdout;
  const spawn: SpawnOptions = {
    signal: session.signal,
    ...(onTerminal ? { terminal: { columns: io.columns(), rows: io.rows() } } : {}),
  };
  const process = await connected(
    session,
    { signal: session.signal },
    { run: (how) => core.instances.exec(name, [program, ...rest], spawn, how) },
  );
  session.claimInput();
  return { exitCode: await attach(session, process, onTerminal) };
}

/** Joins the process to this terminal until it ends. Its output is its own: it is passed on as it is, as ssh does. */
async function attach(session: Session, process: Process, onTerminal: boolean): Promise<number> {
  const { io } = session;
  const forgetInterrupts = session.handleInterrupts((signal) => {
    process.kill(signal);
  });
  const forgetResize = io.onResize(() => {
    process.resize?.({ columns: io.columns(), rows: io.rows() });
  });
  const ignore = (): void => undefined;
  process.stdin.on('error', ignore);
  if (onTerminal) {
    io.stdin.setRawMode?.(true);
    io.setPlainOutput(true);
  }
  io.stdin.pipe(process.stdin);
  try {
    await Promise.all([passOn(process.stdout, io.stdout, session), passOn(process.stderr, io.stderr, session)]);
    const { code, signal } = await process.exit;
    return code ?? codeOfSignal(signal);
  } finally {
    io.stdin.unpipe(process.stdin);
    io.stdin.pause();
    if (onTerminal) {
      io.setPlainOutput(false);
      io.stdin.setRawMode?.(false);
    }
    forgetResize();
    forgetInterrupts();
  }
}

/** Not a pipeline: that would close our own output together with a broken source. */
async function passOn(from: Process['stdout'], to: CliIo['stdout'], session: Session): Promise<void> {
  for await (const chunk of from) {
    // Nobody reads any more: the command is let go of, as it would be in a pipe of this machine.
    if (session.outputClosed) return;
    await writeWaiting(to, chunk as Buffer);
  }
}

/** As a shell reports a process that a signal ended. */
function codeOfSignal(name: string | null): number {
  const number = Object.entries(constants.signals).find(([signal]) => signal === name)?.[1];
  return number === undefined ? 1 : 128 + number;
}
