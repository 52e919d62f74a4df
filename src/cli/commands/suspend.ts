import type { Command } from 'commander';
import { toAppError } from '../../shared/app-error.ts';
import { suspensionSchema } from '../../shared/model/guard.ts';
import type { RunOptions } from '../../core/index.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import { CommandFailure } from '../command-failure.ts';
import { confirm, requireAnswer, requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { reportInstance } from '../json-lines.ts';
import { dim, yellow } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { openRunView, withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import {
  declined,
  done,
  instanceCommand,
  jsonOption,
  parsedBy,
  readConnectOptions,
  secretsOption,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

interface SuspendOptions extends ReachOptions {
  readonly because?: string;
  readonly yes?: boolean;
}

export function suspendCommand(bind: Bind): Command {
  return instanceCommand('suspend', 'stop an instance at once, until it is resumed')
    .description(
      'The kill switch: closes the way to an instance and freezes what runs there at once, then stops it. Nothing but resume starts it again: no restart of the machine, and no supervisor. Its data is kept.',
    )
    .option('--because <text>', 'why; shown wherever the instance is', parsedBy(suspensionSchema.shape.because))
    .option('--yes', 'suspend without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(suspend));
}

/** No plan is shown first: reading the machine for one takes the seconds in which it is wanted. */
async function suspend(session: Session, name: string, options: SuspendOptions): Promise<Outcome> {
  requireAnswer(session, options.yes === true);
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const { out, err } = session.screen;
  if (options.yes !== true) {
    const agreed = await confirm(session, texts.askSuspend(instance.name), false);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  const reason = { by: 'person', because: options.because ?? texts.suspendedByHand } as const;
  const run = await followRun(session, texts.suspending(instance.name), (running) =>
    connected(session, connect, {
      run: (how) => running((more) => core.instances.suspend(instance.name, reason, { ...how, ...more })),
    }),
  );
  const suspended = await findInstance(core, instance.name);
  if (!session.json) out.print([], [yellow(marksOf(out.look).warn), ` ${texts.suspended(instance.name)}`]);
  return done({
    instance: reportInstance(suspended),
    runId: run.runId,
    ...(run.stats === undefined ? {} : { stats: run.stats }),
  });
}

type Running = (start: (options: RunOptions) => Promise<RunSnapshot>) => Promise<RunSnapshot>;

/** Shows a run that begins by itself. @throws CommandFailure with the run, as far as it came */
async function followRun(
  session: Session,
  waiting: string,
  work: (running: Running) => Promise<RunSnapshot>,
): Promise<RunSnapshot> {
  using view = openRunView(session);
  const running: Running = async (start) => {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    session.beginRun();
    const run = start({
      signal: session.signal,
      onEvent: (event) => {
        begin();
        view.show(event);
      },
    });
    // What waits turns until there are steps to show in its place.
    await withSpinner(session, waiting, () => Promise.race([begun, run]));
    return await run;
  };
  try {
    return await work(running);
  } catch (error) {
    throw new CommandFailure(toAppError(error), view.run === undefined ? {} : { run: view.run });
  }
}

export function resumeCommand(bind: Bind): Command {
  const command = instanceCommand('resume', 'start an instance that is suspended').description(
    'Starts an instance that is suspended, and opens the way to it again.',
  );
  return addChangeOptions(command).action(bind(resume));
}

async function resume(session: Session, name: string, options: ChangeOptions): Promise<Outcome> {
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  return await runChange(
    session,
    core,
    instance,
    { kind: 'resume' },
    {
      question: texts.askResume(instance.name),
      told: (resumed) => texts.resumed(resumed.name),
      options,
      connect,
    },
  );
}
