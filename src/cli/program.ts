import { Command, CommanderError, type Help, type Option } from 'commander';
import { AppError, toAppError } from '../shared/app-error.ts';
import { channelsCommand } from './commands/assistant/channels.ts';
import { filesCommand } from './commands/assistant/files.ts';
import { modelsCommand } from './commands/assistant/models.ts';
import { skillsCommand } from './commands/assistant/skills.ts';
import { alertsCommand, alertsTestCommand } from './commands/alerts.ts';
import { alertsPolicyCommand } from './commands/alerts-policy.ts';
import { backupCommand, backupsCommand } from './commands/backup.ts';
import {
  backupAdoptCommand,
  backupRemoveCommand,
  backupVerifyCommand,
  recoverySheetCommand,
} from './commands/backup-keeping.ts';
import { backupPolicyCommand } from './commands/backup-policy.ts';
import { bundleCommand } from './commands/bundle.ts';
import { usageError, type Bind, type Outcome } from './commands/command.ts';
import { configCommand } from './commands/config.ts';
import { deployCommand } from './commands/deploy.ts';
import { importCommand } from './commands/import.ts';
import { doctorCommand } from './commands/doctor.ts';
import { execCommand } from './commands/exec.ts';
import { devicesCommand } from './commands/devices.ts';
import { exposureCommand } from './commands/exposure.ts';
import { guardCommand } from './commands/guard.ts';
import { ingressCommand } from './commands/ingress.ts';
import { controlCommand, listCommand, statusCommand } from './commands/instances.ts';
import { limitsCommand } from './commands/limits.ts';
import { logsCommand } from './commands/logs.ts';
import { openCommand } from './commands/open.ts';
import { removeCommand } from './commands/remove.ts';
import { restoreCommand } from './commands/restore.ts';
import { runsCommand } from './commands/runs.ts';
import { serveCommand } from './commands/serve.ts';
import { superviseCommand } from './commands/supervise.ts';
import { resumeCommand, suspendCommand } from './commands/suspend.ts';
import { sshKeyCommand } from './commands/ssh-key.ts';
import { tokenCommand } from './commands/token.ts';
import { watchCommand } from './commands/watch.ts';
import { trustCommand } from './commands/trust.ts';
import { leftRemoveCommand } from './commands/left-remove.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { updateCommand } from './commands/update.ts';
import { updatePolicyCommand } from './commands/update-policy.ts';
import { examples, notes } from './examples.ts';
import { tellFailure } from './failing.ts';
import type { CliIo, Product } from './io.ts';
import { paint, parseLook } from './output/look.ts';
import { openSession, type Session } from './session.ts';

/** Help is read, not scanned: longer lines are tiring even where the terminal has room for them. */
const MAX_HELP_COLUMNS = 100;

/**
 * The whole command line, as a function: reads and writes through `io` alone, and returns the exit code. At the second
 * interrupt it returns at once, whatever is still going on.
 * @param argv the arguments, without Node.js and the program
 */
export async function runCli(argv: readonly string[], io: CliIo, product: Product): Promise<number> {
  const session = openSession(io, wantsJson(argv), product);
  const left = session.abandoned.then(() => tellFailure(session, new AppError('run.cancelled')));
  const outcome = await Promise.race([runCommand(argv, session, product), left]);
  session.screen[Symbol.dispose]();
  emitResult(session, outcome);
  return outcome.exitCode;
}

/** Known before the options are parsed, because an error in them is told in JSON as well. */
function wantsJson(argv: readonly string[]): boolean {
  if (argv[0] === 'exec') return false;
  const end = argv.indexOf('--');
  const own = argv.slice(0, end < 0 ? undefined : end);
  return own.includes('--json') && !own.includes('--help') && !own.includes('-h');
}

/** Never throws: what goes wrong has been told when it returns. */
async function runCommand(argv: readonly string[], session: Session, product: Product): Promise<Outcome> {
  let outcome: Outcome;
  try {
    outcome = await Promise.race([parseAndRun(argv, session, product), session.crashed]);
  } catch (error) {
    outcome = tellFailure(session, error);
  }
  try {
    await session[Symbol.asyncDispose]();
  } catch (error) {
    // What fails at the end does not hide what failed before.
    if (outcome.exitCode === 0) outcome = tellFailure(session, toAppError(error));
  }
  return outcome;
}

function emitResult(
  session: Session,
  { exitCode, answers = {}, error = new AppError('run.cancelled') }: Outcome,
): void {
  if (exitCode === 0) session.emit({ type: 'result', ok: true, ...answers });
  else session.emit({ type: 'result', ok: false, exitCode, error: error.toReport(), ...answers });
}

async function parseAndRun(argv: readonly string[], session: Session, product: Product): Promise<Outcome> {
  const { io } = session;
  let outcome: Outcome = { exitCode: 0 };
  const program = createProgram(product.version, (action) => async (...args) => {
    outcome = await action(session, ...args);
  });
  let complaining = program;
  let helpForError = '';
  const helpWidth = (): number => Math.min(MAX_HELP_COLUMNS, io.isTty.stdout ? io.columns() : MAX_HELP_COLUMNS);
  forEachCommand(program, (command) => {
    command
      .exitOverride((error) => {
        complaining = command;
        throw error;
      })
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => {
          helpForError += text;
        },
        // Complaints come with the exception.
        outputError: () => undefined,
        getOutHelpWidth: helpWidth,
        getErrHelpWidth: helpWidth,
        getOutHasColors: () => parseLook(io.env, io.isTty.stdout).colour,
        getErrHasColors: () => parseLook(io.env, io.isTty.stderr).colour,
        stripColor: (text) => text.replace(STYLES, ''),
      });
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { exitCode: 0 };
    if (error.code !== 'commander.help') throw complaintOf(error, complaining);
    if (!session.json) io.stderr.write(helpForError);
    return { exitCode: 2, error: usageError('There is no command.') };
  }
  return outcome;
}

/** `error: unknown option '--yess'\n(Did you mean --yes?)`, as one of ours. */
function complaintOf(error: CommanderError, command: Command): AppError {
  const [complaint = '', suggestion] = error.message.split('\n');
  const sentence = complaint.replace(/^error: /, '').replace(/\.?$/, '.');
  const help = `Run \`${pathOf(command)} --help\` to see what can be asked.`;
  return usageError(
    sentence.charAt(0).toUpperCase() + sentence.slice(1),
    suggestion === undefined ? help : `${suggestion.replace(/^\((.*)\)$/, '$1')} ${help}`,
  );
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

const STYLES = /\u001b\[[0-9;]*m/g;

/** Every command with its options; what they do is bound to them. */
export function createProgram(version: string, bind: Bind): Command {
  const program = new Command('hardshell')
    .description('Puts OpenClaw on a machine of your own, and keeps it running.')
    .usage('<command> [options]')
    .enablePositionalOptions()
    .version(version, '-V, --version', 'print the version of Hardshell');
  for (const command of [
    deployCommand(bind),
    importCommand(bind),
    listCommand(bind),
    statusCommand(bind),
    openCommand(bind),
    logsCommand(bind),
    execCommand(bind),
    controlCommand(bind, 'start'),
    controlCommand(bind, 'stop'),
    controlCommand(bind, 'restart'),
    suspendCommand(bind),
    resumeCommand(bind),
    limitsCommand(bind),
    ingressCommand(bind),
    exposureCommand(bind),
    guardCommand(bind),
    configCommand(bind),
    doctorCommand(bind),
    bundleCommand(bind),
    tokenCommand(bind),
    sshKeyCommand(bind),
    devicesCommand(bind),
    backupCommand(bind),
    backupsCommand(bind),
    backupPolicyCommand(bind),
    restoreCommand(bind),
    backupVerifyCommand(bind),
    backupRemoveCommand(bind),
    backupAdoptCommand(bind),
    recoverySheetCommand(bind),
    updateCommand(bind),
    rollbackCommand(bind),
    leftRemoveCommand(bind),
    updatePolicyCommand(bind),
    modelsCommand(bind),
    channelsCommand(bind),
    skillsCommand(bind),
    filesCommand(bind),
    alertsCommand(bind),
    alertsPolicyCommand(bind),
    alertsTestCommand(bind),
    removeCommand(bind),
    runsCommand(bind),
    serveCommand(bind),
    watchCommand(bind),
    trustCommand(bind),
    superviseCommand(bind),
  ]) {
    program.addCommand(command);
  }
  program.helpCommand(false);
  forEachCommand(program, (command) => {
    command.helpOption('-h, --help', 'show this help').configureHelp(helpStyle).showSuggestionAfterError();
    const shown = examples[pathOf(command)];
    if (shown !== undefined)
      command.addHelpText('after', `\n${bold('Examples:')}\n${shown.map((line) => `  ${line}`).join('\n')}`);
    const note = notes[pathOf(command)];
    if (note !== undefined) command.addHelpText('after', `\n${note.join('\n')}`);
  });
  return program;
}

/** Commander takes the colours away where the output has none. */
const bold = (text: string): string => paint(text, 'bold', { colour: true, symbols: true, live: false });
const helpStyle = {
  styleTitle: bold,
  // The default and the choices are in the descriptions, in words.
  optionDescription: (option: Option): string => option.description,
  subcommandTerm: (command: Command): string =>
    [
      command.name(),
      ...command.registeredArguments.map((argument) => {
        const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
        return argument.required ? `<${name}>` : `[${name}]`;
      }),
    ].join(' '),
} satisfies Partial<Help>;
