import { AppError } from '../../shared/app-error.ts';
import type { Rehearsed } from '../api.ts';
import { createFactReader, type AskFacts } from '../facts/fact.ts';
import { formatShell, type Command, type RunAs } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import type { ApplyContext, Step } from '../steps/step.ts';

export interface RehearsalDeps {
  readonly host: Host;
  readonly ask: AskFacts;
  readonly signal: AbortSignal;
}

/** As if it had gone well and said nothing. */
function well(command: Command): ExecResult {
  return { command, code: 0, signal: null, stdout: '', stderr: '', truncated: false };
}

/**
 * What a step will do, asked of the step itself: its own `apply`, with changes that are written down instead of made. Facts are
 * read for real; everything else of the machine is out of reach. A step that must know how a change went before it goes on is
 * written down as far as that. Nothing can be in here that must not be seen: a `Secret` does not fit into a `Command`.
 */
export async function rehearse(step: Step, { host, ask, signal }: RehearsalDeps): Promise<Rehearsed[]> {
  const written: Rehearsed[] = [];
  const facts = createFactReader(
    (wanted) => ask(wanted, signal),
    () => step.facts,
  );
  const change: ApplyContext['change'] = (command, options = {}) => {
    written.push({
      what: options.doing ?? step.title,
      command: { runAs: nameOf(command.runAs), text: spell(command) },
    });
    return Promise.resolve(well(command));
  };
  const context: ApplyContext = {
    read: facts.read.bind(facts),
    host: outOfReach(host),
    signal,
    change,
    changeOk: (doing, command, options = {}) => change(command, { doing, ...options }),
    act: <T>(doing: string): Promise<T> => {
      written.push({ what: doing });
      // What the work would have given is not known. A step that needs it ends here.
      return Promise.resolve(undefined as T);
    },
    note: () => undefined,
    progress: () => undefined,
  };
  try {
    await step.apply(context);
  } catch {
    // The end of what can be known without doing it: a machine out of reach, an answer that nobody gave.
    signal.throwIfAborted();
  }
  return written;
}

function outOfReach(host: Host): Host {
  const refuse = (): Promise<never> =>
    Promise.reject(new AppError('command.failed', { message: 'A rehearsal reaches no machine.' }));
  return {
    name: host.name,
    kind: host.kind,
    traffic: host.traffic,
    closed: host.closed,
    spawn: refuse,
    connect: refuse,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function nameOf(runAs: RunAs): string {
  return typeof runAs === 'string' ? runAs : runAs.user;
}

/** A whole script as it stands, its parameters first; anything else as one line. Pure. */
export function spell(command: Command): string {
  const env = Object.entries(command.env).map(([name, value]) => `${name}=${formatShell([value])}`);
  const [program, flag, script, , ...args] = command.argv;
  if (program !== 'sh' || flag !== '-c' || script === undefined) return [...env, formatShell(command.argv)].join(' ');
  const given = args.length === 0 ? [] : [`set -- ${formatShell(args)}`];
  return [...env.map((pair) => `export ${pair}`), ...given, script].join('\n');
}
